import { v7 } from 'uuid';

/** A UUIDv7: unique, and in the order of creation, so that pages by id are pages by age. */
export function newId(): string {
  return v7();
}

export function isId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(text);
}
