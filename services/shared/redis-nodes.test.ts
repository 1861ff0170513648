import { expect, test } from 'vitest'
import { NodeRing, nodesOfSlots } from './redis-nodes.ts'

const node = (host: string, port = 1) => ({ host, port })

test('every node has its turn before one has a second', () => {
  for (const random of [0, 0.4, 0.999]) {
    const ring = new NodeRing({ seeds: ['a', 'b', 'c'].map((host) => node(host)), random: () => random })
    const first = [ring.next(), ring.next(), ring.next()]
    expect(first.map(({ host }) => host).toSorted()).toEqual(['a', 'b', 'c'])
    expect([ring.next(), ring.next(), ring.next()]).toEqual(first)
  }
})

test('which of the untried nodes is first is chance, so that many clients spread', () => {
  const seeds = ['a', 'b', 'c'].map((host) => node(host))
  const firsts = [0, 0.5, 0.99].map((random) => new NodeRing({ seeds, random: () => random }).next().host)
  expect(firsts).toEqual(['a', 'b', 'c'])
})

test('a node that was learnt is tried before those that were tried already', () => {
  const ring = new NodeRing({ seeds: [node('a')], random: () => 0 })
  expect(ring.next()).toEqual(node('a'))
  ring.learn([node('b'), node('a', 2)])
  expect([ring.next(), ring.next(), ring.next()]).toEqual([node('b'), node('a', 2), node('a')])
})

test('what the last answer left out is forgotten, except the configured nodes', () => {
  const ring = new NodeRing({ seeds: [node('a')], random: () => 0 })
  ring.learn([node('b'), node('c')])
  ring.learn([node('c')])
  expect([ring.next(), ring.next(), ring.next()].map(({ host }) => host)).toEqual(['a', 'c', 'a'])
})

test('a node that is both configured and learnt has one turn', () => {
  const ring = new NodeRing({ seeds: [node('a'), node('b')], random: () => 0 })
  ring.learn([node('b')])
  expect([ring.next(), ring.next(), ring.next()].map(({ host }) => host)).toEqual(['a', 'b', 'a'])
})

test('a ring without nodes is a mistake', () => {
  expect(() => new NodeRing({ seeds: [], random: () => 0 })).toThrow('no nodes')
})

test('masters and replicas of all slots are found, each once', () => {
  const answer = [
    [0, 5_460, ['127.0.0.1', 7_001, 'id1', []], ['127.0.0.1', 7_004, 'id4', []]],
    [5_461, 10_922, ['127.0.0.1', 7_002, 'id2', ['hostname', 'n2']]],
    [10_923, 16_383, ['127.0.0.1', 7_001, 'id1']],
  ]
  expect(nodesOfSlots(answer)).toEqual([7_001, 7_004, 7_002].map((port) => node('127.0.0.1', port)))
})

test.each([
  ['nothing', null],
  ['text', 'ERR'],
  ['an empty list', []],
  ['a range without nodes', [[0, 1]]],
  ['a node without an address', [[0, 1, [null, 7_001]]]],
  ['an empty address', [[0, 1, ['', 7_001]]]],
  ['an unknown address', [[0, 1, ['?', 7_001]]]],
  ['a port out of range', [[0, 1, ['h', 0], ['h', 65_536], ['h', '7']]]],
  ['something that is no node', [[0, 1, 'h', 7]]],
])('%s has no nodes', (_, answer) => {
  expect(nodesOfSlots(answer)).toEqual([])
})
