import type { ShownModal } from "./interaction-record.ts";
import type { Channel } from "./world.ts";

type Part = Record<string, unknown>;
type Pressed =
  | { type: "button"; message: string; customId: string }
  | { type: "select"; message: string; customId: string; values: string[] };

/** The `data` of a pressed button or a select; throws where the client would not let a person do it. */
export function toComponentData(channel: Channel, input: Pressed) {
  const message = channel.messages.get(input.message);
  if (!message) throw new Error(`there is no message ${input.message} to press on`);
  const component = flatten(message.api.components as unknown as Part[]).find(
    ({ custom_id }) => custom_id === input.customId,
  );
  if (!component) throw new Error(`the message has no component "${input.customId}"`);
  if (component["disabled"] === true) throw new Error(`"${input.customId}" is disabled`);
  const type = Number(component["type"]);
  const common = { custom_id: input.customId, component_type: type, id: component["id"] ?? 1 };
  if (input.type === "button") {
    if (type !== 2) throw new Error(`"${input.customId}" is no button`);
    return common;
  }
  const offered = (component["options"] as { value: string }[] | undefined) ?? [];
  const wrong = input.values.find((value) => !offered.some((option) => option.value === value));
  if (type === 3 && wrong !== undefined) throw new Error(`"${wrong}" is no option`);
  return { ...common, values: input.values };
}

/** The `data` of a submitted modal: every text input of the shown form, empty where not filled. */
export function toModalData(modal: ShownModal, fields: Record<string, string | string[]>) {
  const inputs = flatten(modal.components).filter(({ custom_id }) => custom_id !== undefined);
  const unknown = Object.keys(fields).find(
    (name) => !inputs.some((one) => one["custom_id"] === name),
  );
  if (unknown !== undefined) throw new Error(`the modal has no field "${unknown}"`);
  return {
    custom_id: modal.custom_id,
    components: modal.components.map((row, index) => fill(row, { fields, id: index + 1 })),
  };
}

function fill(
  row: Part,
  { fields, id }: { fields: Record<string, string | string[]>; id: number },
): Part {
  const filled = (input: Part) => {
    const name = String(input["custom_id"]);
    const value = fields[name];
    const given = Array.isArray(value) ? { values: value } : { value: value ?? "" };
    return { type: input["type"], custom_id: name, id: input["id"] ?? id, ...given };
  };
  if (row["type"] === 18) return { type: 18, id, component: filled(row["component"] as Part) };
  if (row["type"] === 1) {
    return { type: 1, id, components: (row["components"] as Part[]).map((input) => filled(input)) };
  }
  return { type: row["type"], id };
}

/** All components of a tree: rows, containers, sections with accessories, labels. */
function flatten(components: readonly Part[]): Part[] {
  return components.flatMap((part) => [
    part,
    ...flatten((part["components"] as Part[] | undefined) ?? []),
    ...flatten([part["accessory"], part["component"]].filter(Boolean) as Part[]),
  ]);
}
