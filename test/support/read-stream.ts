/**
 * What a live page is told, until that is enough or the stream ends. `act` is done once the page has its state.
 */
export async function readStream(
  url: string,
  until: (seen: string) => boolean,
  act: () => Promise<unknown> = async () => {},
) {
  const abort = new AbortController()
  const response = await fetch(url, { signal: abort.signal })
  const reader = response.body?.getReader()
  if (!reader) throw new Error('no stream')
  const decoder = new TextDecoder()
  let seen = ''
  let acted = false
  while (!until(seen)) {
    const { value, done } = await reader.read()
    if (done) break
    seen += decoder.decode(value)
    // The page has its state; now something happens.
    if (!acted && seen.includes('event: ')) {
      acted = true
      await act()
    }
  }
  abort.abort()
  return seen
}
