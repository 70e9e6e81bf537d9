import type { ExporterOptions } from '../api/exporter.ts';
import { inParallel, createSlots } from '../base/concurrency.ts';
import { createMetrics } from '../exporter/metrics.ts';
import { repeat } from '../exporter/repeat.ts';
import { serve } from '../exporter/serve.ts';
import { withSession, type Session } from './session.ts';
import { watchRepository, type Watch } from './watch-repository.ts';

const DEFAULT_LISTEN = ':9827';
const DEFAULT_INTERVAL = 5 * 60 * 1000;
const DEFAULT_CONCURRENCY = 4;

/** Serves metrics until the signal fires: look at each repository, wait, and again. */
export const serveMetrics = (options: ExporterOptions): Promise<void> =>
  withSession(options, async (session) => {
    const { listen = DEFAULT_LISTEN, interval = DEFAULT_INTERVAL, onLog = () => {} } = options;
    const { signal = new AbortController().signal } = session;
    const watches = watchAll(options, session);
    const states = watches.map(({ state }) => state);
    const server = await serve({
      listen,
      metrics: createMetrics(states),
      isReady: () => states.every(({ looks }) => looks > 0),
      command: 'reslim exporter',
    });
    const fields = { address: server.address, repositories: watches.length };
    onLog({ level: 'info', message: 'listening', fields });
    try {
      await Promise.all(watches.map(({ look }) => repeat(look, { interval, signal })));
    } finally {
      await server.close();
    }
    onLog({ level: 'info', message: 'stopped', fields: {} });
  });

export const scrapeOnce = (options: ExporterOptions): Promise<{ text: string; errors: number }> =>
  withSession(options, async (session) => {
    const watches = watchAll(options, session);
    await inParallel(
      watches.map(({ look }) => look),
      () => {},
      watches.length,
    );
    const states = watches.map(({ state }) => state);
    return {
      text: await createMetrics(states).text(),
      errors: states.reduce((sum, { errors }) => sum + errors, 0),
    };
  });

const watchAll = (options: ExporterOptions, session: Session): Watch[] => {
  const { concurrency = DEFAULT_CONCURRENCY, labels, network, onLog = () => {} } = options;
  const slots = createSlots(concurrency);
  return options.repositories.map((repository) => {
    const all = { ...labels, ...repository.labels };
    const watch = watchRepository(
      { ...repository, labels: all },
      { session, network, slots, onLog },
    );
    session.add(watch);
    return watch;
  });
};
