import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "../base/errors.ts";

/**
 * Makes a server listen; answers its address, with the real port. A port in use is an `UNAVAILABLE`
 * error that names the variable to change.
 */
export async function listen(
  server: Server,
  { host, port, variable }: { host: string; port: number; variable: string },
): Promise<string> {
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
  return `http://${host.includes(":") ? `[${host}]` : host}:${real}`;
}
