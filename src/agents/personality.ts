import { z } from "zod";

const trait = z.number().min(0).max(1);

/** Who the agent is, apart from what a behavior decides per turn; traits are on a scale of 0 to 1. */
export const PersonalitySchema = z
  .object({
    traits: z
      .object({
        extraversion: trait,
        agreeableness: trait,
        conscientiousness: trait,
        neuroticism: trait,
        openness: trait,
      })
      .partial(),
    communicationStyle: z
      .object({
        formality: z.enum(["casual", "professional", "formal"]),
        verbosity: z.enum(["concise", "moderate", "verbose"]),
        humor: z.enum(["none", "subtle", "frequent"]),
        empathy: z.enum(["low", "moderate", "high"]),
      })
      .partial(),
    interests: z.array(z.string()),
    expertise: z.array(z.string()),
    limitations: z.array(z.string()),
  })
  .partial()
  .strict();

export type Personality = z.infer<typeof PersonalitySchema>;
