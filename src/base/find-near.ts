const MOST_NEAR = 3;
const LONGEST = 40;

/** The names most like a mistyped one: those it begins, then those a few letters away; at most three. */
export function findNear(wanted: string, names: Iterable<string>): string[] {
  const word = wanted.slice(0, LONGEST);
  const allowed = Math.max(1, Math.floor(word.length / 3));
  const ranked: { name: string; away: number }[] = [];
  for (const name of names) {
    const away = word.length > 1 && name.startsWith(word) ? 0 : distance(word, name, allowed);
    if (away <= allowed) ranked.push({ name, away });
  }
  return ranked
    .sort((a, b) => a.away - b.away || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_NEAR)
    .map(({ name }) => name);
}

/** Letters to insert, drop, change or swap (optimal string alignment); more than `most` counts as endless. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return Infinity;
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(change, (last[j] as number) + 1, (row[j - 1] as number) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (before[j - 2] as number) + 1);
      }
      row.push(best);
    }
    if (Math.min(...row) > most) return Infinity;
    [before, last] = [last, row];
  }
  return last[b.length] as number;
}
