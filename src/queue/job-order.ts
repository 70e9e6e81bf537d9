/** What waits, in the order in which it is taken. */
export interface JobOrder<Item> {
  add(item: Item, priority: number): void;
  /** Takes the first item of the highest priority there is. */
  take(): Item | undefined;
}

/** One lane for each priority, so that adding and taking do not take longer when many items wait. */
export const createJobOrder = <Item>(): JobOrder<Item> => {
  const lanes = new Map<number, Lane<Item>>();
  return {
    add: (item, priority) => {
      const lane = lanes.get(priority);
      if (lane) lane.items.push(item);
      else lanes.set(priority, { items: [item], next: 0 });
    },
    take: () => {
      if (lanes.size === 0) return undefined;
      const highest = Math.max(...lanes.keys());
      const lane = lanes.get(highest) as Lane<Item>;
      const item = lane.items[lane.next++];
      if (lane.next === lane.items.length) lanes.delete(highest);
      return item;
    },
  };
};

/** `next` is the position of the first item that was not taken. There always is one. */
interface Lane<Item> {
  readonly items: Item[];
  next: number;
}
