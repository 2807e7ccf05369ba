/** What a script returned, as plain data: tables are dense arrays or objects with string keys. */
export type LuaValue = null | boolean | number | string | LuaValue[] | { [key: string]: LuaValue };

/** What a script may be given: null and undefined are absent; numbers that are integers arrive as integers. */
export type LuaInput =
  | null
  | undefined
  | boolean
  | number
  | string
  | readonly LuaInput[]
  | { readonly [key: string]: LuaInput };
