/** Foreseen, and said in words for whoever starts the process: nobody needs its stack. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}
