import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Pending } from '../../src/cache/pending.ts';

/** An action that ends when it is told to. */
const halting = () => {
  let end = (_failure?: Error): void => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = (failure) => (failure ? reject(failure) : resolve());
  });
  return { ended, end: (failure?: Error) => end(failure) };
};

test('what several need is made by one of them, and the others find it', async () => {
  const pending = new Pending();
  const { ended, end } = halting();
  let isMade = false;
  const seen: boolean[] = [];
  const action = async (): Promise<void> => {
    seen.push(isMade);
    if (!isMade) await ended;
    isMade = true;
  };
  const all = [1, 2, 3].map(() => pending.share('key', undefined, action));
  const other = pending.share('another key', undefined, async () => 'at once');
  expect(await other).toBe('at once');
  expect(seen).toEqual([false]);
  end();
  await Promise.all(all);
  await pending.share('key', undefined, action);
  expect(seen).toEqual([false, true, true, true]);
});

test('where one fails the next one takes its place, and the others go on waiting', async () => {
  const pending = new Pending();
  const [first, second] = [halting(), halting()];
  const started: string[] = [];
  const share = (name: string, ended: Promise<void>): Promise<string> =>
    pending.share('key', undefined, async () => {
      started.push(name);
      await ended;
      return name;
    });
  const one = share('one', first.ended);
  const others = [share('two', second.ended), share('three', Promise.resolve())];
  first.end(new Error('broke off'));
  await expect(one).rejects.toThrow('broke off');
  await turn();
  expect(started).toEqual(['one', 'two']);
  second.end();
  expect(await Promise.all(others)).toEqual(['two', 'three']);
});

test('who is stopped waits for nobody', async () => {
  const pending = new Pending();
  const { ended, end } = halting();
  const first = pending.share('key', undefined, () => ended);
  const stop = new AbortController();
  const second = pending.share('key', stop.signal, async () => 'never');
  stop.abort();
  await expect(second).rejects.toMatchObject({ code: 'aborted' });
  end();
  await first;
});
