/** Where a signed webhook goes and what it is signed with; as an address (sealed like any other) it is JSON with these two fields. */
export interface WebhookAddress {
  readonly url: string
  /** `whsec_` and the key in Base64. */
  readonly secret: string
}

export const webhookAddress = (to: WebhookAddress): string => JSON.stringify({ url: to.url, secret: to.secret })

/** undefined where the text is no such address. */
export function parseWebhookAddress(text: string): WebhookAddress | undefined {
  try {
    const { url, secret } = JSON.parse(text) as Partial<WebhookAddress>
    return typeof url === 'string' && /^whsec_[A-Za-z0-9+/]{16,}={0,2}$/.test(secret ?? '') ? { url, secret: secret as string } : undefined
  } catch {
    return undefined
  }
}
