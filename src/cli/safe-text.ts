const CONTROL = /(?![\n\t])[\p{Cc}\u202D\u202E\u2028\u2029]/gu;

/**
 * Somebody else's text as it may be written to a terminal: line ends and tabs stay, every other
 * control character is shown instead of obeyed, and so are the two that turn the reading direction
 * around. Right-to-left text and joined emoji stay as they are.
 */
export function toSafeText(text: string): string {
  return text.toWellFormed().replaceAll("\r\n", "\n").replaceAll(CONTROL, toVisible);
}

/** As `toSafeText`, on one line. */
export function toSafeLine(text: string): string {
  return toSafeText(text).replaceAll(/\s+/g, " ").trim();
}

/** C0 controls have pictures of their own, such as ␛ for escape. */
function toVisible(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x24_00 + code);
  return code === 0x7f ? "␡" : "\u{FFFD}";
}
