/**
 * Where a person's order goes: signed with their own credentials, to the URL of the function that takes orders, so that AWS says
 * who they are. An order that is sent twice is one order, so that an answer that does not come is asked for again.
 */
import type { OrderRefusal, PersonsOrder } from "../core/request/persons-order.ts";
import { OrderReply } from "../core/request/persons-order.ts";
import { type Replied, type SignedTo, signedPost } from "./signed-post.ts";

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

/** `url`: `https://ID.lambda-url.REGION.on.aws/` */
type DoorSettings = Omit<SignedTo, "service">;

const tries = 3;

export function orderDoor(settings: DoorSettings): OrderDoor {
  const post = signedPost({ ...settings, service: "lambda" });
  const send = (order: PersonsOrder) => post(JSON.stringify(order), { "content-type": "application/json" });
  return async (order) => {
    let why = "";
    for (let nth = 1; nth <= tries; nth += 1)
      try {
        return replyIn(await send(order));
      } catch (error) {
        if (error instanceof OrderRefused) throw error;
        why = `${(error as Error).name}: ${(error as Error).message}`;
      }
    throw new OrderUnanswered(why);
  };
}

/** @throws OrderRefused where nothing was changed, and another error where that is not known. */
function replyIn({ statusCode, text }: Replied): OrderReply {
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
