const MARKER = /\s*<confidence>\s*(\d{1,3}(?:\.\d+)?|\.\d+)\s*(%?)\s*<\/confidence>\s*$/i;

/** What the prompt says of the marker, where the behavior wants to know how sure the answer is. */
export function requestConfidence(askHumanBelow: number): string {
  return `End your answer with how sure you are that it is right, on a line of its own: <confidence>0.0 to 1.0</confidence>. The room does not see that line; below ${askHumanBelow} a person is asked before the answer is posted.`;
}

/** Parts an answer from the confidence stated in its last line; absent or malformed is undefined. */
export function takeAnswerConfidence(text: string): { text: string; confidence?: number } {
  const match = MARKER.exec(text);
  if (!match) return { text };
  const [, digits = "", sign] = match;
  const confidence = Number(digits) / (sign === "%" ? 100 : 1);
  const own = text.slice(0, match.index);
  return { text: own, ...(confidence <= 1 && { confidence }) };
}
