import ipaddr from 'ipaddr.js';

/** Writes files in MaxMind's format (MaxMind DB 2.0): a binary tree of address bits whose leaves point to records. */

type Value = string | number | boolean | Value[] | { [key: string]: Value };
type Node = { children: [Tree, Tree] };
type Tree = Node | { offset: number } | null;

const types = { string: 2, double: 3, uint16: 5, uint32: 6, map: 7, array: 11, boolean: 14 } as const;

/** What stands before every value: its type in three bits, or in a byte more, and its size. */
function control(type: number, size: number): Buffer {
  if (size >= 285) throw new Error('values of tests are shorter');
  const [bits, more] = size < 29 ? [size, []] : [29, [size - 29]];
  return Buffer.from(type <= 7 ? [(type << 5) | bits, ...more] : [bits, type - 7, ...more]);
}

function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(types.string, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'boolean') return control(types.boolean, Number(value));
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? unsigned(types.uint32, value) : double(value);
  if (Array.isArray(value)) return Buffer.concat([control(types.array, value.length), ...value.map(encode)]);
  const entries = Object.entries(value);
  return Buffer.concat([control(types.map, entries.length), ...entries.flatMap(([key, inner]) => [encode(key), encode(inner)])]);
}

function unsigned(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return Buffer.concat([control(type, 4), bytes]);
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return Buffer.concat([control(types.double, 8), bytes]);
}

function bitsOf(network: string): number[] {
  const [address, prefix] = ipaddr.parseCIDR(network);
  const bytes = address.kind() === 'ipv4' ? [...Array.from({ length: 12 }, () => 0), ...address.toByteArray()] : address.toByteArray();
  const bits = bytes.flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> (7 - bit)) & 1));
  return bits.slice(0, address.kind() === 'ipv4' ? 96 + prefix : prefix);
}

/** A file that tells of each network, given in CIDR, its record. */
export function geoipFile(records: Record<string, Value>): Buffer {
  const nodes: Node[] = [{ children: [null, null] }];
  const data: Buffer[] = [];
  let length = 0;
  for (const [network, record] of Object.entries(records)) {
    const bits = bitsOf(network);
    const last = bits.slice(0, -1).reduce((node, bit) => {
      const next = node.children[bit];
      if (next && 'children' in next) return next;
      const made: Node = { children: [null, null] };
      node.children[bit] = made;
      nodes.push(made);
      return made;
    }, nodes[0]!);
    last.children[bits.at(-1)!] = { offset: length };
    data.push(encode(record));
    length += data.at(-1)!.length;
  }
  const numbers = new Map(nodes.map((node, number) => [node, number]));
  const tree = Buffer.alloc(nodes.length * 8);
  for (const [number, { children }] of nodes.entries()) {
    for (const [side, child] of children.entries()) {
      const pointer = child === null ? nodes.length : 'offset' in child ? nodes.length + 16 + child.offset : numbers.get(child)!;
      tree.writeUInt32BE(pointer, number * 8 + side * 4);
    }
  }
  const metadata = { node_count: nodes.length, record_size: 32, ip_version: 6, database_type: 'Test', build_epoch: 0 };
  return Buffer.concat([tree, Buffer.alloc(16), ...data, Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), encode(metadata)]);
}
