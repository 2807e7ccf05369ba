/** Platforms wait three seconds, whatever the database does. */
const PATIENCE_MS = 1000;

/**
 * How a command is acknowledged: when it is asked for, or after a second in any case. A process that
 * dies before has left it unacknowledged, which the platform itself tells the person.
 */
export function acknowledgeOnce(send: () => Promise<void>): () => Promise<void> {
  let sent: Promise<void> | undefined;
  const acknowledge = () => {
    clearTimeout(timer);
    return (sent ??= send());
  };
  const timer = setTimeout(() => void acknowledge().catch(() => undefined), PATIENCE_MS);
  return acknowledge;
}
