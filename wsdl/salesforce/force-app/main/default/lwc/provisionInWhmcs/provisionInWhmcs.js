import provision from '@salesforce/apex/SoapstoneProvision.provision'
import { ShowToastEvent } from 'lightning/platformShowToastEvent'
import { notifyRecordUpdateAvailable } from 'lightning/uiRecordApi'
import { api, LightningElement } from 'lwc'

/** A quick action without a screen: each click calls invoke, and the answer is a toast. */
export default class ProvisionInWhmcs extends LightningElement {
  @api recordId
  busy = false

  @api async invoke() {
    // Nobody waits for this promise, so a second click comes while the first is on its way.
    if (this.busy) return
    this.busy = true
    try {
      const { title, message, variant } = await provision({ orderId: this.recordId })
      this.tell(title, message, variant)
      // Soapstone has written to the order: the page must not show the old values.
      await notifyRecordUpdateAvailable([{ recordId: this.recordId }])
    } catch (error) {
      this.tell('Not sent', error?.body?.message ?? String(error), 'error')
    } finally {
      this.busy = false
    }
  }

  tell(title, message, variant) {
    this.dispatchEvent(new ShowToastEvent({ title, message, variant }))
  }
}
