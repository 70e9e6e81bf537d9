import { testRealImage } from './support/real-image.ts';

testRealImage({
  name: 'node-web',
  questions: [
    { path: '/' },
    { path: '/health' },
    { path: '/convert?amount=26.2&from=mile&to=km' },
    { path: '/convert?amount=1&from=km&to=kg' },
    { path: '/convert?amount=x' },
    { path: '/environment' },
    { path: '/nowhere' },
  ],
  // Its binary has the capability to bind a port below 1024.
  ports: [700, 1023],
  // To be unpacked takes umoci as long as half of all else.
  readers: ['a reader of the specification'],
});
