import { isLong } from '../../hostile/run-hostile.ts';
import { testRealImage } from './support/real-image.ts';

testRealImage({
  name: 'python-web',
  questions: [
    { path: '/' },
    { path: '/health' },
    { path: '/stats', body: 'The quick fox and the quiet fox' },
    { path: '/environment' },
    { path: '/nowhere' },
  ],
  ports: [0, 0],
  // To be unpacked takes umoci as long as all else takes.
  readers: ['a reader of the specification', ...(isLong ? (['umoci'] as const) : [])],
});
