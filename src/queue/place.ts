/** The `host:port` of a connection URL, for sentences: never its credentials. */
export function toPlace(url: string, defaultPort: number): string {
  if (!URL.canParse(url)) return "an address that is not a URL";
  const { hostname, port } = new URL(url);
  return `${hostname || "localhost"}:${port || defaultPort}`;
}
