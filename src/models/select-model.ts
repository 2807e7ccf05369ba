import type { Agent } from "../agents/agent.ts";
import { AppError } from "../base/errors.ts";
import type { LanguageModel } from "../llm/language-model.ts";
import type { ModelProviders } from "../llm/providers.ts";

export type SelectedModel = {
  model: LanguageModel;
  /** The provider's own name of the model. */
  name: string;
  /** `provider/model`, as prices and journals name it. */
  reference: string;
  why: string;
};

/**
 * The model that answers for an agent: the one it names, else `DEFAULT_MODEL`, else the best that
 * is configured. One that cannot be used is an error whose message names the variable to set.
 */
export function selectModel(
  providers: ModelProviders,
  agent: Pick<Agent, "name" | "model">,
  defaultModel: string,
): SelectedModel {
  const reference = agent.model ?? defaultModel;
  const why = agent.model ? `${agent.name} names it` : "the default model";
  try {
    const { model, name } = providers.get(reference);
    return { model, name, reference, why };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `${agent.name} cannot use its model: ${error.message}`, {
      cause: error,
    });
  }
}
