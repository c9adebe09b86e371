/** HTTP status of an address, undefined while nobody listens there. */
export async function statusOf(address: string, token?: string): Promise<number | undefined> {
  try {
    const headers = token === undefined ? undefined : { Authorization: `token ${token}` };
    return (await fetch(address, headers && { headers })).status;
  } catch {
    return undefined;
  }
}
