/**
 * The field that every tool with effects has beside its own: how sure the model is that the call is
 * right and wanted. It is taken out before the tool sees its input.
 */
const CONFIDENCE_FIELD = "stated_confidence";

const SCHEMA = {
  type: "number",
  minimum: 0,
  maximum: 1,
  description:
    "How sure you are that this call is right and wanted, 0 to 1. Where it is too low, a person is asked first.",
};

type JsonSchema = Record<string, unknown>;

/** The input's JSON schema with the reserved field in it. */
export function withConfidence(schema: JsonSchema): JsonSchema {
  const { properties, required } = schema as { properties?: JsonSchema; required?: string[] };
  if (properties && CONFIDENCE_FIELD in properties) {
    throw new Error(`${CONFIDENCE_FIELD} is reserved; name the tool's field otherwise`);
  }
  return {
    ...schema,
    properties: { ...properties, [CONFIDENCE_FIELD]: SCHEMA },
    required: [...(required ?? []), CONFIDENCE_FIELD],
  };
}

/** Parts the tool's own input from the confidence that the model stated with it. */
export function takeConfidence(input: unknown): { input: unknown; confidence?: number } {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return { input };
  const { [CONFIDENCE_FIELD]: stated, ...own } = input as JsonSchema;
  const confidence = typeof stated === "string" ? Number.parseFloat(stated) : stated;
  const isStated = typeof confidence === "number" && confidence >= 0 && confidence <= 1;
  return { input: own, ...(isStated && { confidence }) };
}
