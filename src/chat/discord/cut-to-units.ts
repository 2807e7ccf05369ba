/** The beginning of a text, at most as long in UTF-16 units, without half a letter or emoji at its end. */
export function cutToUnits(text: string, most: number): string {
  if (text.length <= most) return text.toWellFormed();
  let cut = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (cut.length + segment.length > most) break;
    cut += segment;
  }
  return (cut || text.slice(0, most)).toWellFormed();
}
