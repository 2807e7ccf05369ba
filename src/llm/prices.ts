import { createRequire } from "node:module";
import type { calcPrice, findProvider, ModelPrice, TieredPrices } from "@pydantic/genai-prices";
import { systemClock, type Clock } from "../base/clock.ts";
import type { ModelUsage } from "./language-model.ts";

/** Dollars per million tokens. Cached tokens without a price of their own cost what input costs. */
type PriceOverride = {
  inputPerMillion: number;
  outputPerMillion: number;
  cacheReadPerMillion?: number | undefined;
  cacheWritePerMillion?: number | undefined;
};

export type PricesOptions = {
  /** By reference (`provider/model`); they win over the price list. */
  overrides?: Record<string, PriceOverride>;
  /** Where compatible endpoints live: the price list knows vendors by name or by address. */
  compatible?: { name: string; baseUrl: string }[];
  clock?: Clock;
};

export type Prices = {
  /** What usage costs, in micro-dollars, rounded up; undefined where no price is known. */
  costMicros(reference: string, usage: ModelUsage): bigint | undefined;
};

type PriceList = { calcPrice: typeof calcPrice; findProvider: typeof findProvider };

/** Rates in pico-dollars per token, integers; a call past `above` input tokens costs the last tier that fits. */
type Tier = { above: number; rate: bigint };
type Rates = Record<keyof ModelUsage, Tier[]> & { perCallMicros: bigint };

const PICOS_PER_MICRO = 1_000_000n;
const FRESH_MS = 60_000;
const TOKEN_KINDS = ["inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens"] as const;

/**
 * Prices from `@pydantic/genai-prices` (loaded at the first question, about 20 ms). Rates are kept per
 * model for a minute, because some prices depend on the date or the time of day.
 */
export function createPrices(options: PricesOptions = {}): Prices {
  const { overrides = {}, compatible = [], clock = systemClock } = options;
  const cache = new Map<string, { rates: Rates | undefined; until: number }>();
  const fixed = new Map(
    Object.entries(overrides).map(([key, value]) => [key, fromOverride(value)]),
  );

  function ratesOf(reference: string): Rates | undefined {
    const override = fixed.get(reference);
    if (override) return override;
    const known = cache.get(reference);
    if (known && known.until > clock.now()) return known.rates;
    const rates = lookUp(reference, compatible, new Date(clock.now()));
    cache.set(reference, { rates, until: clock.now() + FRESH_MS });
    return rates;
  }

  return {
    costMicros(reference, usage) {
      if (reference.startsWith("rehearsal/")) return 0n;
      const rates = ratesOf(reference);
      return rates && costOf(usage, rates);
    },
  };
}

function costOf(usage: ModelUsage, rates: Rates): bigint {
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  let picos = 0n;
  for (const kind of TOKEN_KINDS) {
    const tier = rates[kind].findLast(({ above }) => input > above);
    picos += BigInt(usage[kind]) * (tier?.rate ?? 0n);
  }
  return (picos + PICOS_PER_MICRO - 1n) / PICOS_PER_MICRO + rates.perCallMicros;
}

/** The package is loaded with `require`, which answers at once: a price is asked for in the middle of a turn. */
function lookUp(
  reference: string,
  compatible: { name: string; baseUrl: string }[],
  timestamp: Date,
): Rates | undefined {
  const list = createRequire(import.meta.url)("@pydantic/genai-prices") as PriceList;
  const slash = reference.indexOf("/");
  const name = reference.slice(0, slash);
  const baseUrl = compatible.find((endpoint) => endpoint.name === name)?.baseUrl;
  const provider =
    list.findProvider({ providerId: name }) ??
    (baseUrl === undefined ? undefined : list.findProvider({ providerApiUrl: baseUrl }));
  if (!provider) return undefined;
  const found = list.calcPrice({ input_tokens: 0 }, reference.slice(slash + 1), {
    provider,
    timestamp,
  });
  return found ? fromPrice(found.model_price) : undefined;
}

function fromPrice(price: ModelPrice): Rates | undefined {
  const { input_mtok: input, output_mtok: output } = price;
  if (input === undefined || output === undefined) return undefined;
  const perThousandCalls = price["requests_kcount"];
  return {
    inputTokens: toTiers(input),
    outputTokens: toTiers(output),
    cacheReadTokens: toTiers(price["cache_read_mtok"] ?? input),
    cacheWriteTokens: toTiers(price["cache_write_mtok"] ?? input),
    perCallMicros:
      typeof perThousandCalls === "number" ? BigInt(Math.ceil(perThousandCalls * 1000)) : 0n,
  };
}

function fromOverride(price: PriceOverride): Rates {
  const { inputPerMillion: input, outputPerMillion: output } = price;
  return {
    inputTokens: toTiers(input),
    outputTokens: toTiers(output),
    cacheReadTokens: toTiers(price.cacheReadPerMillion ?? input),
    cacheWriteTokens: toTiers(price.cacheWritePerMillion ?? input),
    perCallMicros: 0n,
  };
}

function toTiers(price: number | TieredPrices): Tier[] {
  const { base, tiers } = typeof price === "number" ? { base: price, tiers: [] } : price;
  return [
    { above: -1, rate: toRate(base) },
    ...tiers.map(({ start, price: next }) => ({ above: start, rate: toRate(next) })),
  ];
}

/** Dollars per million tokens are micro-dollars per token. */
function toRate(dollarsPerMillion: number): bigint {
  return BigInt(Math.ceil(dollarsPerMillion * 1e6 - 1e-6));
}
