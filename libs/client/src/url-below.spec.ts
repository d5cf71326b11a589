import { describe, expect, it } from 'vitest';
import { urlBelow } from './url-below.js';

describe(urlBelow, () => {
  it.each([
    ['http://127.0.0.1:4000', '/v1/pools', 'http://127.0.0.1:4000/v1/pools'],
    ['http://127.0.0.1:4000/', '/v1/pools?limit=1', 'http://127.0.0.1:4000/v1/pools?limit=1'],
    ['https://tools.example/podspan', '/v1/pools', 'https://tools.example/podspan/v1/pools'],
    ['https://tools.example/a/podspan/?x=1#y', '/v1/pools/a%2Fb', 'https://tools.example/a/podspan/v1/pools/a%2Fb'],
    ['https://tools.example/podspan/', '', 'https://tools.example/podspan'],
  ])('below %s, %s is %s', (baseUrl, path, url) => {
    expect(urlBelow(baseUrl, path).href).toBe(url);
  });
});
