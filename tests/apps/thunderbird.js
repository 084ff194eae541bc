/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* thunderbird.js: the steps of the person at Thunderbird. */
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const { MailUtils } = ChromeUtils.importESModule("resource:///modules/MailUtils.sys.mjs");

const PICKER = "chrome://messenger/content/certpicker.xhtml";
const SIGNER = 4; /* certUsageEmailSigner */

/** The window of this sort that OPEN opens, when it is ready. */
async function window_of(sort, open, ready) {
    open();
    const found = () => {
        const opened = Services.wm.getMostRecentWindow(sort);
        return opened?.document.readyState === "complete" && ready(opened) && opened;
    };
    return until("the window " + sort, found);
}

const steps = {
    /** Chooses a certificate for the first account, to sign and to be written to, in the dialog of its settings. */
    async choose() {
        const [identity] = MailServices.accounts.allIdentities;
        const picker = Cc["@mozilla.org/user_cert_picker;1"].createInstance(Ci.nsIUserCertPicker);
        let certificate;
        setTimeout(() => {
            certificate = picker.pickByUsage(window, "", SIGNER, false, true, identity.email, {});
        }, 0);
        const dialog = await until("the dialog", () => [...Services.wm.getEnumerator("")].find((one) => one.location.href === PICKER));
        const names = await until("a certificate", () => dialog.document.getElementById("nicknames")?.value && dialog.document.getElementById("details").value);
        seen.push(names);
        await picture("choose", dialog);
        dialog.document.querySelector("dialog").acceptDialog();
        await until("the choice", () => certificate);
        for (const use of ["signing", "encryption"]) {
            identity.setUnicharAttribute(use + "_cert_name", certificate.displayName + " [" + certificate.serialNumber + "]");
            identity.setCharAttribute(use + "_cert_dbkey", certificate.dbKey);
        }
        identity.setBoolAttribute("sign_mail", true);
        seen.push(`${identity.email}: ${certificate.displayName}, ${certificate.tokenName}`);
    },

    /** Writes a message, signed as the settings say, and has it sent later: it is then in the outbox's file. */
    async write(to, subject, text) {
        const outbox = () => MailServices.accounts.localFoldersServer.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Queue);
        const message = Cc["@mozilla.org/messengercompose/composeparams;1"].createInstance(Ci.nsIMsgComposeParams);
        message.composeFields = Cc["@mozilla.org/messengercompose/composefields;1"].createInstance(Ci.nsIMsgCompFields);
        Object.assign(message.composeFields, { to, subject, body: text });
        message.format = Ci.nsIMsgCompFormat.PlainText;
        [message.identity] = MailServices.accounts.allIdentities;
        const open = () => MailServices.compose.OpenComposeWindowWithParams(null, message);
        const written = (opened) => opened.gMsgCompose?.editor?.document.body.textContent.includes(text);
        const ready = (opened) => written(opened) && opened.gSendSigned && opened.document.querySelector("mail-address-pill");
        const composing = await window_of("msgcompose", open, ready);
        await until("the command", () => composing.defaultController.isCommandEnabled("cmd_sendLater"));
        await picture("compose", composing);
        composing.goDoCommand("cmd_sendLater");
        await until("a message in the outbox", () => outbox()?.getTotalMessages(false) === 1);
        seen.push("message: " + outbox().filePath.path);
    },

    /** Opens a message's file, and waits until this text (a regular expression) is read in it. */
    async read(path, text) {
        const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
        file.initWithPath(path);
        Services.prefs.setIntPref("mail.openMessageBehavior", 0);
        const open = () => MailUtils.openEMLFile(window, file, Services.io.newFileURI(file));
        const body = (opened) => opened.messageBrowser?.contentWindow?.getMessagePaneBrowser?.().contentDocument?.body?.textContent;
        const reading = await window_of("mail:messageWindow", open, (opened) => new RegExp(text).test(body(opened)));
        seen.push("read: " + body(reading).trim());
        await picture("read", reading);
        reading.close();
    },
};
