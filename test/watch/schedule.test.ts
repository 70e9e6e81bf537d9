import { expect, test } from 'vitest';
import { cronSchedule, intervalSchedule } from '../../src/watch/schedule.ts';

/** The times at which runs begin that take no time. */
const times = (schedule: ReturnType<typeof cronSchedule>, from: string, count: number) => {
  const found: string[] = [];
  for (let time = Date.parse(from); found.length < count;) {
    time = schedule.next({ started: time, ended: time }) ?? Number.NaN;
    found.push(new Date(time).toISOString().replace(':00.000Z', 'Z'));
  }
  return found;
};

const cron = (text: string, timeZone?: string, random = 0) =>
  cronSchedule({ cron: text, timeZone }, () => random);

test('without a time zone it is UTC', () => {
  expect(times(cron('30 3 * * *'), '2026-11-29T12:00:00Z', 2)).toEqual([
    '2026-11-30T03:30Z',
    '2026-12-01T03:30Z',
  ]);
  expect(times(cron('@daily'), '2026-11-29T12:00:00Z', 1)).toEqual(['2026-11-30T00:00Z']);
});

test('in a time zone an hour is that of its clocks, in summer and winter', () => {
  expect(times(cron('0 3 * * *', 'Europe/Berlin'), '2026-03-27T12:00:00Z', 3)).toEqual([
    '2026-03-28T02:00Z',
    '2026-03-29T01:00Z',
    '2026-03-30T01:00Z',
  ]);
  expect(times(cron('0 9 * * 1-5', 'America/New_York'), '2026-10-29T20:00:00Z', 3)).toEqual([
    '2026-10-30T13:00Z',
    '2026-11-02T14:00Z',
    '2026-11-03T14:00Z',
  ]);
});

test('an hour that clocks leave out is run when it would have been over', () => {
  expect(times(cron('30 2 * * *', 'Europe/Berlin'), '2026-03-28T12:00:00Z', 2)).toEqual([
    '2026-03-29T01:00Z',
    '2026-03-30T00:30Z',
  ]);
});

test('an hour that clocks repeat is run once; what runs all day, all the time', () => {
  expect(times(cron('30 2 * * *', 'Europe/Berlin'), '2026-10-24T12:00:00Z', 2)).toEqual([
    '2026-10-25T00:30Z',
    '2026-10-26T01:30Z',
  ]);
  expect(times(cron('*/30 * * * *', 'Europe/Berlin'), '2026-10-25T00:00:00Z', 4)).toEqual([
    '2026-10-25T00:30Z',
    '2026-10-25T01:00Z',
    '2026-10-25T01:30Z',
    '2026-10-25T02:00Z',
  ]);
});

test('half an hour of summer time is one, too', () => {
  expect(times(cron('0 0 * * *', 'Australia/Lord_Howe'), '2026-04-03T14:00:00Z', 3)).toEqual([
    '2026-04-04T13:00Z',
    '2026-04-05T13:30Z',
    '2026-04-06T13:30Z',
  ]);
});

test('it begins later by a part of the time between two runs, and never earlier', () => {
  expect(times(cron('*/10 * * * *', 'UTC', 1), '2026-01-01T00:01:00Z', 1)).toEqual([
    '2026-01-01T00:11Z',
  ]);
  expect(times(cron('0 3 * * *', 'UTC', 1), '2026-01-01T00:00:00Z', 1)).toEqual([
    '2026-01-01T03:05Z',
  ]);
  const { next } = intervalSchedule(60_000, () => 0.5);
  expect(next({ started: 0, ended: 1000 })).toBe(64_000);
});

test.each([
  ['every day', undefined, 'not a schedule: "every day"'],
  ['', undefined, 'not a schedule: ""'],
  ['* * * * * *', undefined, 'not a schedule'],
  ['61 * * * *', undefined, 'Invalid value for minute: 61'],
  ['@often', undefined, 'not a schedule: "@often"'],
  ['0 0 30 2 *', undefined, 'never comes'],
  [`${'1,'.repeat(5000)}1 * * * *`, undefined, 'not a schedule'],
  ['0 3 * * *', 'Mars/Base', 'unknown time zone: "Mars/Base"'],
  ['0 3 * * *', '', 'unknown time zone: ""'],
])('%j in %j is wrong usage', (text, timeZone, words) => {
  expect(() => cron(text, timeZone)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining(words) as string }),
  );
});
