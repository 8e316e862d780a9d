/** Options as the server sends them, and what is sent back: JSON (WebAuthn, 5.1). */
export type PasskeyJson = Record<string, unknown>;

/** Whether this browser knows passkeys and speaks of them in JSON. */
export function knowsPasskeys(): boolean {
  return (
    typeof PublicKeyCredential === 'function' && typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function'
  );
}

/** Has the browser make a passkey; undefined when the person thought better of it. */
export async function makePasskey(options: PasskeyJson): Promise<PasskeyJson | undefined> {
  // The server's options are what this very function is to read.
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  return answered(navigator.credentials.create({ publicKey }));
}

/** Has the browser show one of its passkeys; undefined when the person thought better of it, or has none. */
export async function showPasskey(options: PasskeyJson): Promise<PasskeyJson | undefined> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  return answered(navigator.credentials.get({ publicKey }));
}

async function answered(asking: Promise<Credential | null>): Promise<PasskeyJson | undefined> {
  try {
    const credential = await asking;
    if (!(credential instanceof PublicKeyCredential)) return undefined;
    return { ...credential.toJSON() };
  } catch (error) {
    // Browsers do not tell which of them it was, so that pages learn nothing of what a device holds.
    if (error instanceof DOMException && ['NotAllowedError', 'AbortError', 'InvalidStateError'].includes(error.name))
      return undefined;
    throw error;
  }
}
