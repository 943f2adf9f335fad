// Maps from a key to a list.
export function append<K, V>(map: Map<K, V[]>, key: K, item: V): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [item])
  else list.push(item)
}
