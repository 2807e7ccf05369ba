import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { AppError } from "./errors.ts";
import { sha256 } from "./ids.ts";

/**
 * Seals secrets for the database: AES-256-GCM under a key that is derived from the installation's.
 * What is sealed names its format, its key and what it is about, so that keys can be changed and a
 * sealed text cannot be moved to another row.
 */
export type SecretBox = {
  /** `v1.<key id>.<nonce>.<ciphertext and tag>`; never the same twice. `about` names the row. */
  seal(text: string, about: string): string;
  /** Throws an `INVALID` error where the key is another one, or the text or its place was changed. */
  open(sealed: string, about: string): string;
  /** Whether it was sealed with the newest key. */
  isCurrent(sealed: string): boolean;
  /** A key of 32 bytes for another purpose, such as signing; each purpose has its own. */
  derive(purpose: string): Buffer;
};

const FORMAT = "v1";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Seals with the newest key, opens with the older ones too. Keys are 32 bytes in base64. */
export function createSecretBox(newest: string, older: readonly string[] = []): SecretBox {
  const keys = new Map([newest, ...older].toReversed().map(toEntry));
  const [currentId, current] = toEntry(newest);

  return {
    seal(text, about) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", current, nonce).setAAD(Buffer.from(about));
      const sealed = [cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
      const parts = [nonce, Buffer.concat(sealed)].map((part) => part.toString("base64url"));
      return [FORMAT, currentId, ...parts].join(".");
    },
    open(sealed, about) {
      const [format, keyId = "", nonce = "", body = "", ...rest] = sealed.split(".");
      if (format !== FORMAT || rest.length > 0) throw damaged(about);
      const key = keys.get(keyId);
      if (!key) throw sealedWithAnother(keyId, about);
      try {
        return decrypt(key, about, [nonce, body]);
      } catch {
        throw damaged(about);
      }
    },
    isCurrent: (sealed) => sealed.startsWith(`${FORMAT}.${currentId}.`),
    derive: (purpose) => deriveKey(Buffer.from(newest, "base64"), purpose),
  };
}

function decrypt(key: Buffer, about: string, [nonce, body]: [string, string]): string {
  const bytes = Buffer.from(body, "base64url");
  const end = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(end));
  return decipher.update(bytes.subarray(0, end), undefined, "utf8") + decipher.final("utf8");
}

/** The id tells keys apart and says nothing of the key. */
function toEntry(base64: string): [id: string, key: Buffer] {
  const key = deriveKey(Buffer.from(base64, "base64"), "troupe secret box");
  return [sha256(`troupe key id ${key.toString("hex")}`).slice(0, 8), key];
}

function deriveKey(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", purpose, KEY_BYTES));
}

function sealedWithAnother(keyId: string, about: string): AppError {
  return new AppError(
    "INVALID",
    `${about} was encrypted with another key (id ${keyId}). Set TROUPE_SECRET_KEY to the key it was ` +
      "stored with, or list that key in TROUPE_SECRET_KEYS_OLD; where it is lost, install again.",
  );
}

function damaged(about: string): AppError {
  return new AppError(
    "INVALID",
    `What is stored as ${about} was damaged or moved. Restore the database, or install again.`,
  );
}
