import { defineEntity, p } from "@mikro-orm/core";

const ClickSchema = defineEntity({
  name: "Click",
  tableName: "click",
  properties: {
    /** The platform's own id of the click, with the platform before it. */
    id: p.text().primary(),
    /** What it was found to mean when it first arrived. */
    wish: p.text(),
    done: p.boolean().default(false),
    createdAt: p.datetime().index(),
  },
});

/** A press of a button whose meaning depends on what was there before, so that it counts once. */
export class Click extends ClickSchema.class {}
ClickSchema.setClass(Click);
