import { InvalidArgumentError } from 'commander';

/** Reads an option that is a count or a length. @throws InvalidArgumentError, which names the option and ends with the code of wrong usage */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}, such as ${Math.min(Math.max(24, least), most)}.`);
  };
}

export const prefixLength = wholeNumber(0, 128);
