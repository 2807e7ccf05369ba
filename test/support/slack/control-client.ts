import type { Commands } from "./control.ts";

type Call<Name extends keyof Commands> = (
  ...input: Parameters<Commands[Name]>
) => Promise<Awaited<ReturnType<Commands[Name]>>>;

export type SlackControl = { [Name in keyof Commands]: Call<Name> };

/** Drives a double in another process: `await control.say({ … })` is what `double.say({ … })` is there. */
export function createControlClient(controlUrl: string): SlackControl {
  const send = async (name: string, input: unknown): Promise<unknown> => {
    const body = JSON.stringify(input ?? {});
    const response = await fetch(`${controlUrl}/${name}`, { method: "POST", body });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return JSON.parse(text);
  };
  const handler: ProxyHandler<SlackControl> = {
    // A proxy that answered `then` would be taken for a promise.
    get: (_target, name) =>
      typeof name === "string" && name !== "then"
        ? (input: unknown) => send(name, input)
        : undefined,
  };
  return new Proxy({} as SlackControl, handler);
}
