import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "../base/errors.ts";

/** A server that listens: its address, with the real port. */
export type Listening = { url: string; close(): Promise<void> };

/**
 * Makes a server listen. A port in use is an `UNAVAILABLE` error that names the variable to change.
 * Closing ends every connection: subscriptions stay open for ever, and clients reconnect elsewhere.
 */
export async function listen(
  server: Server,
  { host, port, variable }: { host: string; port: number; variable: string },
): Promise<Listening> {
  await new Promise<void>((settle, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === "EADDRINUSE"
          ? `Port ${port} on ${host} is in use. Stop what listens there or set ${variable} to another one.`
          : `The server cannot listen on ${host}:${port}: ${cause.message}. Check HOST and ${variable}.`;
      reject(new AppError("UNAVAILABLE", why, { cause }));
    });
    server.listen(port, host, settle);
  });
  const { port: real } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${real}`,
    close: () =>
      new Promise((settle) => {
        server.close(() => settle());
        server.closeAllConnections();
      }),
  };
}
