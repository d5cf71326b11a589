export { Address } from './address.js';
export { Cidr, checkLength } from './cidr.js';
export { CidrSet } from './cidr-set.js';
export { bitsOf, isPrefixLength, type Family } from './family.js';
export { bestFit, firstFit, fit, lastFit, type FitStrategy } from './fit.js';
export { availableByLength, countAvailable, freeBlocks, largestFreeLength, totalAddresses, usedAddresses } from './free-blocks.js';
export { FreeSpace } from './free-space.js';
export { InvalidCidr, type InvalidCidrCode, type InvalidCidrFacts, type InvalidCidrReason } from './invalid-cidr.js';
