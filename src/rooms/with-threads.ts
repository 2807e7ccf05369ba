/**
 * The SQL condition that a room `r` is the one whose key is the first parameter, or one of the threads
 * under it. The pattern operators compare bytes, whatever the collation, and have an index.
 */
export const ROOM_OR_THREAD =
  "(r.key = $1::text or (r.key ~>=~ ($1::text || ':') and r.key ~<~ ($1::text || ';')))";
