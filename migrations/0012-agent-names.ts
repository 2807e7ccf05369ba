import { Migration } from "@mikro-orm/migrations";

/** Every message to the bot is looked through for names of agents. */
export class AgentNames extends Migration {
  override up(): void {
    this.addSql(`create index agent_lower_name_index on agent (lower(name))`);
  }
}
