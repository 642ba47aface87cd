/** A request of our own, signed as the SDK signs its own: for what it has no client that a function or a command has to have. */
import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import type { STSClient } from "@aws-sdk/client-sts";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { SignatureV4 } from "@smithy/signature-v4";

export interface SignedTo {
  /** Where it goes by its Host, whoever answers. */
  readonly url: string;
  /** As signatures name them. */
  readonly service: string;
  readonly region: string;
  readonly credentials: STSClient["config"]["credentials"];
  /** Sent there instead, with the same Host: a twin on a port. */
  readonly endpoint?: string | undefined;
  /** What sends; the network where it is absent. */
  readonly wire?: { handle(request: never): Promise<{ response: Answer }> } | undefined;
  readonly patience: ConstructorParameters<typeof NodeHttpHandler>[0];
}

interface Answer {
  readonly statusCode: number;
  readonly body?: unknown;
}

export interface Replied {
  readonly statusCode: number;
  readonly text: string;
}

/** Rejects where no answer came. */
export type SignedPost = (body: string, headers: Readonly<Record<string, string>>) => Promise<Replied>;

export function signedPost(settings: SignedTo): SignedPost {
  const { url, service, region, credentials, endpoint, patience } = settings;
  const wire = settings.wire ?? new NodeHttpHandler(patience);
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const { host } = new URL(url);
  const to = new URL(settings.wire === undefined ? (endpoint ?? url) : url);
  return async (body, headers) => {
    const request = {
      method: "POST",
      protocol: to.protocol,
      hostname: to.hostname,
      ...(to.port === "" ? {} : { port: Number(to.port) }),
      path: "/",
      query: {},
      headers: { host, ...headers },
      body,
    };
    const { response } = await wire.handle((await signer.sign(request)) as never);
    return { statusCode: response.statusCode, text: await textOf(response.body) };
  };
}

async function textOf(body: unknown): Promise<string> {
  if (body === undefined || typeof body === "string") return body ?? "";
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Node's own, as the signer wants it. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
  reset(): void {
    throw new Error("expected each hash to be made for one text");
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
