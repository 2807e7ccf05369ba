/** Why a connection failed, in words; Node gives no message when it tried several addresses. */
export function toReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message) return error.message;
  return "code" in error ? String(error.code) : error.name;
}
