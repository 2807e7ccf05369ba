/** A text as Postgres stores it: NUL and halves of surrogate pairs become U+FFFD. */
export function toStorableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\u{FFFD}");
}

// JSON escapes NUL and, of surrogates, exactly the lone ones; their backslash is not itself escaped.
const UNSTORABLE = /(?<=(?:^|[^\\])(?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/** A value as JSON that JSONB takes: what no text can hold becomes U+FFFD, wherever it stands. */
export function toStorableJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes("\\u") ? json.replace(UNSTORABLE, "\u{FFFD}") : json;
}
