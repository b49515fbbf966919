/** The agent alone, as a person's session starts it. */

import { afterEach, beforeEach, expect, it } from 'vitest';

import { Desk } from './parts/desk.ts';
import { until } from './parts/wait.ts';

let desk: Desk;

beforeEach(() => {
  desk = new Desk();
});

afterEach(async () => {
  await desk.close();
});

it('says who it is to a person who asks, and ends when it is told to', async () => {
  await desk.startAgent();
  expect(await desk.status()).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    signed_in: null,
    connected_since: null,
    unread: 0,
    window: false,
    locked: false,
  });
  await desk.quit();
  await expect(desk.status()).rejects.toThrow();
});

// RULES D8
it('is one, however many are started at once', async () => {
  const [first, second] = await Promise.all([desk.startAgent(), desk.startAgent()]);
  await until('one of two agents ends', () => first.ended !== second.ended);
  const [left, stays] = first.ended ? [first, second] : [second, first];
  expect(left.exitCode).toBe(0);
  expect(await desk.status()).toMatchObject({ window: false });
  expect(stays.ended).toBe(false);
  await stays.end();
});
