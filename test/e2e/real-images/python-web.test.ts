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
  // layers.test.ts compares its file system in every run.
  readers: [],
});
