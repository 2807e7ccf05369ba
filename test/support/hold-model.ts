import type { LanguageModel } from "../../src/llm/language-model.ts";
import { until } from "./until.ts";

/** Holds the model's next call: it has started, and says nothing until it is released. */
export function holdModel(model: { stream: LanguageModel["stream"] }) {
  const released = Promise.withResolvers<void>();
  const stream = model.stream.bind(model);
  let isStarted = false;
  model.stream = async function* held(request, signal) {
    model.stream = stream;
    isStarted = true;
    await released.promise;
    yield* stream(request, signal);
  };
  return { started: () => until(() => isStarted), release: () => released.resolve() };
}
