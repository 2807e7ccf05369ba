import { startModelStub } from "./model-stub.ts";

// Runs the stub in a process of its own, so that its work is nobody's overhead.
const stub = await startModelStub();
process.send?.(stub.url);
process.on("disconnect", () => process.exit(0));
