import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Address, Cidr, InvalidCidr } from './index.js';

function refusalOf(read: () => unknown): InvalidCidr {
  try {
    read();
  } catch (error) {
    if (error instanceof InvalidCidr) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('Cidr.parse accepts canonical and equivalent notations of both families', () => {
  it.each`
    text                                             | canonical
    ${'0.0.0.0/0'}                                   | ${'0.0.0.0/0'}
    ${'10.244.0.0/16'}                               | ${'10.244.0.0/16'}
    ${'255.255.255.255/32'}                          | ${'255.255.255.255/32'}
    ${'::/0'}                                        | ${'::/0'}
    ${'FD12:3456:789A::/64'}                         | ${'fd12:3456:789a::/64'}
    ${'fd12:3456:789a:0001:0:0:0:0/108'}             | ${'fd12:3456:789a:1::/108'}
    ${'2001:db8:0:0:1:0:0:1/128'}                    | ${'2001:db8::1:0:0:1/128'}
    ${'2001:db8:0:1:1:1:1:1/128'}                    | ${'2001:db8:0:1:1:1:1:1/128'}
    ${'64:ff9b::10.0.0.0/104'}                       | ${'64:ff9b::a00:0/104'}
    ${'1:2:3:4:5:6:7::/128'}                         | ${'1:2:3:4:5:6:7:0/128'}
    ${'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128'} | ${'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128'}
  `('$text is $canonical', ({ text, canonical }) => {
    expect(String(Cidr.parse(text))).toBe(canonical);
    expect(JSON.stringify(Cidr.parse(text))).toBe(`"${canonical}"`);
  });
});

describe('Cidr.parse refuses with the exact reason', () => {
  it.each`
    text                            | code                       | reason                          | suggestion
    ${''}                           | ${'invalid_cidr'}          | ${'empty'}                      | ${undefined}
    ${'/16'}                        | ${'invalid_cidr'}          | ${'empty'}                      | ${undefined}
    ${'banana'}                     | ${'invalid_cidr'}          | ${'not_an_address'}             | ${undefined}
    ${' 10.0.0.0/16'}               | ${'invalid_cidr'}          | ${'whitespace'}                 | ${'10.0.0.0/16'}
    ${'10.0.0.0 /16'}               | ${'invalid_cidr'}          | ${'whitespace'}                 | ${'10.0.0.0/16'}
    ${'10.0.0.0/16\n'}              | ${'invalid_cidr'}          | ${'whitespace'}                 | ${'10.0.0.0/16'}
    ${'fe80::%eth0/64'}             | ${'invalid_cidr'}          | ${'zone'}                       | ${'fe80::/64'}
    ${'fe80::1%eth0/64'}            | ${'invalid_cidr'}          | ${'zone'}                       | ${'fe80::/64'}
    ${'10.0.0.0/24; drop table x'}  | ${'invalid_cidr'}          | ${'whitespace'}                 | ${undefined}
    ${'10.0.0.1:443'}               | ${'invalid_cidr'}          | ${'port'}                       | ${'10.0.0.1/32'}
    ${'10.0.0.0:443/16'}            | ${'invalid_cidr'}          | ${'port'}                       | ${'10.0.0.0/16'}
    ${'[fd00::]:443/48'}            | ${'invalid_cidr'}          | ${'port'}                       | ${'fd00::/48'}
    ${'[fd00::]/48'}                | ${'invalid_cidr'}          | ${'port'}                       | ${'fd00::/48'}
    ${'::ffff:10.0.0.0/112'}        | ${'invalid_cidr'}          | ${'ipv4_mapped'}                | ${'10.0.0.0/16'}
    ${'::ffff:a00:0/104'}           | ${'invalid_cidr'}          | ${'ipv4_mapped'}                | ${'10.0.0.0/8'}
    ${'::ffff:a00:0/64'}            | ${'invalid_cidr'}          | ${'ipv4_mapped'}                | ${undefined}
    ${'10.0.0/16'}                  | ${'invalid_cidr'}          | ${'octet_count'}                | ${undefined}
    ${'10.0.0.0.0/16'}              | ${'invalid_cidr'}          | ${'octet_count'}                | ${undefined}
    ${'10..0.0/16'}                 | ${'invalid_cidr'}          | ${'octet_count'}                | ${undefined}
    ${'10.0.0.256/16'}              | ${'invalid_cidr'}          | ${'octet_out_of_range'}         | ${undefined}
    ${'10.0.010.0/16'}              | ${'invalid_cidr'}          | ${'octet_leading_zero'}         | ${'10.0.0.0/16'}
    ${'10.0.00.0/16'}               | ${'invalid_cidr'}          | ${'octet_leading_zero'}         | ${'10.0.0.0/16'}
    ${'64:ff9b::010.0.0.0/104'}     | ${'invalid_cidr'}          | ${'octet_leading_zero'}         | ${undefined}
    ${'10.0.0.-1/16'}               | ${'invalid_cidr'}          | ${'not_an_address'}             | ${undefined}
    ${'fd00:::/48'}                 | ${'invalid_cidr'}          | ${'not_an_address'}             | ${undefined}
    ${'fd00::1::/48'}               | ${'invalid_cidr'}          | ${'not_an_address'}             | ${undefined}
    ${'1:2:3:4:5:6:7:8:9/48'}       | ${'invalid_cidr'}          | ${'not_an_address'}             | ${undefined}
    ${'fd00g::/48'}                 | ${'invalid_cidr'}          | ${'not_an_address'}             | ${undefined}
    ${'12345::/48'}                 | ${'invalid_cidr'}          | ${'not_an_address'}             | ${undefined}
    ${'10.0.0.0/16/24'}             | ${'invalid_cidr'}          | ${'several_slashes'}            | ${undefined}
    ${'10.0.0.0'}                   | ${'invalid_cidr'}          | ${'missing_prefix_length'}      | ${'10.0.0.0/32'}
    ${'fd00::/'}                    | ${'invalid_cidr'}          | ${'missing_prefix_length'}      | ${'fd00::/128'}
    ${'10.0.0.0/33'}                | ${'invalid_prefix_length'} | ${'prefix_length_out_of_range'} | ${undefined}
    ${'fd00::/129'}                 | ${'invalid_prefix_length'} | ${'prefix_length_out_of_range'} | ${undefined}
    ${'10.0.0.0/-1'}                | ${'invalid_prefix_length'} | ${'prefix_length_out_of_range'} | ${undefined}
    ${'10.0.0.0/99999999999999999'} | ${'invalid_prefix_length'} | ${'prefix_length_out_of_range'} | ${undefined}
    ${'10.0.0.0/16.5'}              | ${'invalid_prefix_length'} | ${'prefix_length_not_whole'}    | ${undefined}
    ${'10.0.0.0/1e1'}               | ${'invalid_prefix_length'} | ${'prefix_length_not_whole'}    | ${undefined}
    ${'10.0.0.0/+8'}                | ${'invalid_prefix_length'} | ${'prefix_length_not_whole'}    | ${undefined}
    ${'10.0.0.0/x'}                 | ${'invalid_prefix_length'} | ${'prefix_length_not_whole'}    | ${undefined}
    ${'10.0.0.0/08'}                | ${'invalid_prefix_length'} | ${'prefix_length_leading_zero'} | ${'10.0.0.0/8'}
    ${'0.0.0.0/00'}                 | ${'invalid_prefix_length'} | ${'prefix_length_leading_zero'} | ${'0.0.0.0/0'}
    ${'10.0.0.0/255.255.0.0'}       | ${'invalid_prefix_length'} | ${'netmask'}                    | ${'10.0.0.0/16'}
    ${'10.0.0.0/255.0.255.0'}       | ${'invalid_prefix_length'} | ${'netmask'}                    | ${undefined}
    ${'10.244.1.0/16'}              | ${'host_bits_set'}         | ${'host_bits'}                  | ${'10.244.0.0/16'}
    ${'10.0.0.1/0'}                 | ${'host_bits_set'}         | ${'host_bits'}                  | ${'0.0.0.0/0'}
    ${'FD00::1/64'}                 | ${'host_bits_set'}         | ${'host_bits'}                  | ${'fd00::/64'}
  `('$text: $code, $reason', ({ text, code, reason, suggestion }) => {
    const refusal = refusalOf(() => Cidr.parse(text));
    expect(refusal).toMatchObject({ kind: 'invalid', code, reason, suggestion });
    const [problem] = refusal.problems;
    expect(problem).toMatchObject({ path: '', code, value: text, message: refusal.message });
    expect(problem?.suggestion).toBe(suggestion);
    expect(refusal.facts).toMatchObject({ value: text, reason });
  });

  it('refuses what is not a text', () => {
    for (const value of [undefined, null, 10, {}, ['10.0.0.0/8']]) {
      expect(refusalOf(() => Cidr.parse(value as string))).toMatchObject({ code: 'invalid_cidr', reason: 'not_text' });
    }
  });

  it('says family_mismatch when the other family was asked for', () => {
    expect(refusalOf(() => Cidr.parseOf(4, 'fd00::/64'))).toMatchObject({
      code: 'family_mismatch',
      reason: 'other_family',
    });
    expect(String(Cidr.parseOf(6, 'fd00::/64'))).toBe('fd00::/64');
  });

  it('gives every reason a message of its own', () => {
    const texts = ['', ' ', 'x', 'a%b/1', '1.2.3.4:5/6', '::ffff:1.2.3.4/128', '1.2.3/4', '1.2.3.256/4', '01.2.3.4/5'];
    const lengths = ['1.2.3.4', '1.2.3.4/33', '1.2.3.4/a', '1.2.3.4/08', '1.2.3.4/255.0.0.0', '1.2.3.4/8', '1/2/3'];
    const messages = [...texts, ...lengths].map((text) => refusalOf(() => Cidr.parse(text)).message.replace(`'${text}'`, ''));
    expect(new Set(messages).size).toBe(messages.length);
  });
});

describe('Address.parse', () => {
  it.each`
    text                    | reason                        | suggestion
    ${'10.0.0.0/32'}        | ${'unexpected_prefix_length'} | ${'10.0.0.0'}
    ${'10.0.0.10:80'}       | ${'port'}                     | ${'10.0.0.10'}
    ${'[fd00::1]:80'}       | ${'port'}                     | ${'fd00::1'}
    ${'fe80::1%2'}          | ${'zone'}                     | ${'fe80::1'}
    ${'::ffff:192.168.0.1'} | ${'ipv4_mapped'}              | ${'192.168.0.1'}
    ${'10.0.0.10 '}         | ${'whitespace'}               | ${'10.0.0.10'}
    ${'192.168.0.01'}       | ${'octet_leading_zero'}       | ${'192.168.0.1'}
    ${'300.0.0.1'}          | ${'octet_out_of_range'}       | ${undefined}
  `('refuses $text: $reason', ({ text, reason, suggestion }) => {
    expect(refusalOf(() => Address.parse(text))).toMatchObject({ code: 'invalid_address', reason, suggestion });
  });

  it('reads what it writes, for every address of both families', () => {
    fc.assert(fc.property(fc.bigInt(0n, 2n ** 32n - 1n), (value) => Address.parse(String(Address.at(4, value))).value === value));
    const notMapped = fc.bigInt(0n, 2n ** 128n - 1n).filter((value) => value >> 32n !== 0xffffn);
    fc.assert(fc.property(notMapped, (value) => Address.parse(String(Address.at(6, value))).value === value));
  });

  it('writes IPv6 addresses with runs of zeros as RFC 5952 says', () => {
    const groups = fc.array(fc.constantFrom('0', '0', '1', 'db8', 'ffff'), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, (parts) => {
        fc.pre(!parts.join(':').startsWith('0:0:0:0:0:ffff:'));
        const text = String(Address.parse(parts.join(':')));
        expect(text.includes('::')).toBe(/\b0:0\b/.test(parts.join(':')));
        expect(text).toBe(text.toLowerCase());
        expect(isIPv6(text)).toBe(true);
      }),
    );
  });

  it('agrees with the platform on what an IPv6 address is', () => {
    const part = fc.constantFrom('0', 'f', 'ab', '1234', '12345', '', ':', '::', 'g', '1.2.3.4', '1.2.3');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 9 }), (parts) => {
        const text = parts.join(':');
        fc.pre(text.includes(':') && !/\d+\.\d+\.\d+\.\d+:\d*$/.test(text));
        const accepted = (() => {
          try {
            return Address.parse(text) instanceof Address;
          } catch (error) {
            return error instanceof InvalidCidr && error.reason === 'ipv4_mapped';
          }
        })();
        expect(accepted).toBe(isIPv6(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('never fails with anything but a refusal, whatever the text', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789abcdef.:/%[] -') }));
    fc.assert(
      fc.property(text, (any) => {
        for (const read of [Cidr.parse, Address.parse]) {
          try {
            read(any);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidCidr);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
