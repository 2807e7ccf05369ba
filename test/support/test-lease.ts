/** No worker of a test loses its claims because its process was held up. */
export const TEST_LEASE_MS = 600_000;
