/**
 * Where a person's order goes: signed with their own credentials, to the URL of the function that takes orders, so that AWS says
 * who they are. An order that is sent twice is one order, so that an answer that does not come is asked for again.
 */
import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import type { STSClient } from "@aws-sdk/client-sts";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { SignatureV4 } from "@smithy/signature-v4";
import type { OrderRefusal, PersonsOrder } from "../core/request/persons-order.ts";
import { OrderReply } from "../core/request/persons-order.ts";

/** Sends an order. Rejects with OrderRefused, or with OrderUnanswered where it cannot be known what came of it. */
export type OrderDoor = (order: PersonsOrder) => Promise<OrderReply>;

/** Nothing was changed. */
export class OrderRefused extends Error {
  override readonly name: string;
  constructor({ name, message }: OrderRefusal) {
    super(message);
    this.name = name;
  }
}

/** It may have been carried out, or not. */
class OrderUnanswered extends Error {
  override readonly name = "OrderUnanswered";
}

interface DoorSettings {
  /** `https://ID.lambda-url.REGION.on.aws/` */
  readonly url: string;
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

const tries = 3;

export function orderDoor(settings: DoorSettings): OrderDoor {
  const { url, region, credentials, endpoint, patience } = settings;
  const wire = settings.wire ?? new NodeHttpHandler(patience);
  const signer = new SignatureV4({ service: "lambda", region, credentials, sha256: Sha256 });
  const { host } = new URL(url);
  const to = new URL(settings.wire === undefined ? (endpoint ?? url) : url);
  const send = async (body: string): Promise<Answer> => {
    const request = {
      method: "POST",
      protocol: to.protocol,
      hostname: to.hostname,
      ...(to.port === "" ? {} : { port: Number(to.port) }),
      path: "/",
      query: {},
      headers: { host, "content-type": "application/json" },
      body,
    };
    const { response } = await wire.handle((await signer.sign(request)) as never);
    return response;
  };
  return async (order) => {
    let why = "";
    for (let nth = 1; nth <= tries; nth += 1)
      try {
        return await replyIn(await send(JSON.stringify(order)));
      } catch (error) {
        if (error instanceof OrderRefused) throw error;
        why = `${(error as Error).name}: ${(error as Error).message}`;
      }
    throw new OrderUnanswered(why);
  };
}

/** @throws OrderRefused where nothing was changed, and another error where that is not known. */
async function replyIn({ statusCode, body }: Answer): Promise<OrderReply> {
  const text = await textOf(body);
  if (statusCode === 200) return OrderReply.parse(JSON.parse(text));
  if (statusCode < 500 && statusCode !== 429) throw refusedBy(statusCode, text);
  throw new Error(`HTTP ${statusCode}: ${text}`);
}

/** The function's own refusals have a name; whatever stands before it answers with a Message. */
function refusedBy(statusCode: number, text: string): OrderRefused {
  const { name, message, Message = text } = read(text);
  if (name !== undefined && message !== undefined) return new OrderRefused({ name, message });
  const hint =
    statusCode === 403
      ? ": a person needs lambda:InvokeFunctionUrl and lambda:InvokeFunction of the function that takes orders (docs/iam/person.json, GiveOrders)"
      : "";
  return new OrderRefused({ name: `HTTP ${statusCode}`, message: `${Message}${hint}` });
}

function read(text: string): { name?: string; message?: string; Message?: string } {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
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
