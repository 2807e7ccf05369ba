import { defineConfig } from "oxlint";

// The floors of docs/architecture.md: a room may import the rooms listed here and rooms on lower floors.
const FLOORS: string[][] = [
  ["base"],
  ["store", "queue", "spool", "lua", "llm", "pdf"],
  ["rooms", "agents", "behaviors", "models", "tools", "experiments"],
  ["turns", "notices"],
  ["chat", "graphql", "http", "cli"],
];
const SAME_FLOOR: Record<string, string[]> = {
  queue: ["store"],
  rooms: ["agents"],
  behaviors: ["agents", "rooms"],
  models: ["agents"],
  experiments: ["agents", "behaviors"],
  // `troupe schema` prints the schema of the graphql door; `setup` and `doctor` ask the platforms.
  cli: ["graphql", "chat"],
};
// A vendor's package is imported in its own room only.
const VENDORS: Record<string, string[]> = {
  "@anthropic-ai/sdk": ["llm"],
  openai: ["llm"],
  wasmoon: ["lua"],
  bullmq: ["queue"],
  ioredis: ["queue"],
  "@electric-sql/pglite": ["store"],
  "@mikro-orm/postgresql": ["store"],
  "@mikro-orm/pglite": ["store"],
  "@pothos/core": ["graphql"],
  "graphql-yoga": ["graphql"],
  mathjs: ["tools"],
  unpdf: ["pdf"],
  "markdown-it": ["chat"],
  "@slack/bolt": ["chat"],
  "@slack/web-api": ["chat"],
  "discord.js": ["chat"],
};

const rooms = FLOORS.flat();
/** From a file of a room to the rooms beside it, however deep the file's folder is. */
const UP = ["../", "../../", "../../../", "../../../../"];

function importable(room: string): string[] {
  const floor = FLOORS.findIndex((names) => names.includes(room));
  return [room, ...FLOORS.slice(0, floor).flat(), ...(SAME_FLOOR[room] ?? [])];
}

function restrictImports(room: string) {
  const forbidden = rooms.filter((other) => !importable(room).includes(other));
  const patterns = [
    {
      group: forbidden.flatMap((other) => UP.map((up) => `${up}${other}/**`)),
      message: `imports go down only: see the floors in docs/architecture.md (src/${room})`,
    },
    { group: ["**/main.ts", "**/app.ts"], message: "nothing imports the composition root" },
  ].filter(({ group }) => group.length > 0);
  const vendors = Object.keys(VENDORS).filter((name) => !VENDORS[name]?.includes(room));
  const vendorPattern = {
    group: vendors.flatMap((name) => [name, `${name}/**`]),
    message: `a vendor's package stays in its own room (src/${room})`,
  };
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      "no-restricted-imports": ["error", { patterns: [...patterns, vendorPattern] }] as const,
    },
  };
}

export default defineConfig({
  plugins: ["typescript", "import", "unicorn", "promise", "vitest"],
  categories: { correctness: "error", suspicious: "error", perf: "error" },
  ignorePatterns: ["node_modules", "test/fixtures"],
  rules: {
    "max-lines": ["error", { max: 250 }],
    complexity: ["error", { max: 12 }],
    "import/no-cycle": "error",
    "import/no-default-export": "error",
    "import/no-unassigned-import": "off",
    "typescript/no-explicit-any": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/switch-exhaustiveness-check": [
      "error",
      { considerDefaultExhaustiveForUnions: true },
    ],
    "typescript/consistent-type-imports": "error",
    "typescript/no-unsafe-type-assertion": "off",
    // tsc reports a missing return wherever the type forbids undefined; these rules do not know exhaustive switches.
    "typescript/consistent-return": "off",
    "consistent-return": "off",
    "no-await-in-loop": "off",
    "no-console": "error",
    "no-shadow": "off",
    "no-underscore-dangle": "off",
    "unicorn/no-array-sort": "off",
    "unicorn/no-array-reverse": "off",
    "unicorn/consistent-function-scoping": "off",
    "unicorn/prefer-add-event-listener": "off",
    "unicorn/require-post-message-target-origin": "off",
    "vitest/require-mock-type-parameters": "off",
    "vitest/no-conditional-tests": "off",
    "vitest/warn-todo": "error",
    "vitest/no-disabled-tests": "error",
    "vitest/no-focused-tests": "error",
  },
  overrides: [
    ...rooms.map(restrictImports),
    {
      files: ["*.config.ts", "migrations/**"],
      rules: { "import/no-default-export": "off" },
    },
    {
      files: ["src/**"],
      rules: {
        "no-restricted-properties": [
          "error",
          {
            object: "process",
            property: "env",
            message: "read the environment in base/config.ts only",
          },
        ],
      },
    },
    {
      files: ["src/base/config.ts", "src/main.ts", "src/cli/**"],
      rules: { "no-restricted-properties": "off", "no-console": "off" },
    },
    { files: ["bench/**"], rules: { "no-console": "off" } },
  ],
});
