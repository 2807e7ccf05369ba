import { configureGlobal } from "fast-check";

// The same cases in every run, so that none fails by chance; `FAST_CHECK_SEED` tries others.
configureGlobal({ seed: Number(process.env["FAST_CHECK_SEED"] ?? 20_260_310) });

export * from "fast-check";
