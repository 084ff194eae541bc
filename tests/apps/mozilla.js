/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mozilla.js: what the person at Firefox is and the one at Thunderbird have in common; mozilla.py puts it into the main window. */
const { setTimeout } = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
const seen = [];
let pins, pictures;

/** What GET gives as soon as it is something; not longer than so many seconds. The timer also runs while a dialog is open. */
async function until(what, get, seconds = 120) {
    for (const end = Date.now() + seconds * 1000; ; ) {
        const value = await get();
        if (value) return value;
        if (Date.now() > end) throw new Error("not seen: " + what);
        await new Promise((done) => setTimeout(done, 50));
    }
}

/** WINDOW as it would be on a screen, or nothing if it is all of a colour: it is not drawn yet. */
async function drawn(painted) {
    const all = new painted.DOMRect(0, 0, painted.innerWidth, painted.innerHeight);
    const bitmap = await painted.browsingContext.currentWindowGlobal.drawSnapshot(all, 1, "white");
    const canvas = new painted.OffscreenCanvas(bitmap.width, bitmap.height);
    const drawing = canvas.getContext("2d");
    drawing.drawImage(bitmap, 0, 0);
    const dots = drawing.getImageData(0, 0, bitmap.width, bitmap.height).data;
    return new Set(new painted.Uint32Array(dots.buffer)).size > 10 && canvas;
}

/** The window, with what is open in it, is painted into the file NAME.png. */
async function picture(name, painted = window) {
    if (!pictures) return;
    const canvas = await until("the picture " + name, () => painted.innerWidth > 0 && painted.innerHeight > 0 && drawn(painted), 60);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    await IOUtils.write(PathUtils.join(pictures, name + ".png"), new Uint8Array(await blob.arrayBuffer()));
}

/** A dialog that is part of the main window can be seen there only when it has its place. */
async function shown(dialog) {
    const overlay = dialog.browsingContext.embedderElement?.closest(".dialogOverlay");
    if (!overlay) return dialog;
    await until("the dialog", () => window.getComputedStyle(overlay).opacity === "1");
    return window;
}

async function pin_asked(dialog) {
    const { args, ui } = dialog.Dialog;
    const pin = args.promptType === "promptPassword" ? pins.shift() : undefined;
    seen.push(args.promptType + ": " + args.text + (pin === undefined ? " (cancelled)" : ""));
    await picture("pin", await shown(dialog));
    if (pin !== undefined) ui.password1Textbox.value = pin;
    await until("the button", () => !ui.button0.disabled);
    (pin === undefined ? ui.button1 : ui.button0).click();
}

async function certificate_asked(dialog) {
    const choices = [...dialog.ownerDocument.querySelectorAll("#nicknames menuitem")];
    seen.push("certificates: " + choices.map((item) => item.label).join(", "));
    await picture("certificate", await shown(dialog.ownerDocument.defaultView));
    dialog.acceptDialog();
}

/** Opens the program's own window, calls LOOK with it and closes it. */
async function looked_at(address, name, look) {
    const opened = Services.ww.openWindow(null, address, "_blank", "chrome,centerscreen,width=900,height=500", null);
    await until(address, () => opened.document.readyState === "complete" && opened.location.href === address);
    const value = await look(opened);
    await picture(name, opened);
    opened.close();
    return value;
}

const common_steps = {
    /** Waits until the security devices have a line with this (a regular expression): module, slot, token. */
    async devices(line) {
        const database = Cc["@mozilla.org/security/pkcs11moduledb;1"].getService(Ci.nsIPKCS11ModuleDB);
        const lines = await until("a device " + line, async () => {
            const modules = await database.listModules();
            const all = modules.flatMap((module) => module.slots.map((slot) => `${module.name} | ${slot.name} | ${slot.tokenName}`));
            return all.some((text) => new RegExp(line).test(text)) && all;
        });
        seen.push(...lines);
    },

    /** The person's certificates, as the certificate manager lists them: name, token, serial number. */
    async certificates() {
        await looked_at("chrome://pippki/content/certManager.xhtml", "certificates", async (opened) => {
            const tree = opened.document.getElementById("user-tree");
            await until("a certificate", () => tree.view?.rowCount);
            opened.document.getElementById("certmanagertabs").selectedTab = opened.document.getElementById("mine_tab");
            for (let row = 0; row < tree.view.rowCount; row++)
                seen.push([...tree.columns].map((column) => tree.view.getCellText(row, column)).join(" | "));
        });
    },

    async quit() {
        setTimeout(() => Services.startup.quit(Ci.nsIAppStartup.eForceQuit), 0);
    },
};

async function start(steps, step, values, known, folder, outcome) {
    const answers = { "common-dialog-loaded": pin_asked, "cert-dialog-loaded": certificate_asked };
    const watch = { observe: (dialog, topic) => answers[topic](dialog).catch((error) => seen.push("error: " + error)) };
    const result = { seen };
    pins = known;
    pictures = folder;
    for (const topic in answers) Services.obs.addObserver(watch, topic);
    try {
        /* not inside the command: it would end when a dialog is opened */
        await new Promise((done) => setTimeout(done, 0));
        await { ...common_steps, ...steps }[step](...values);
    } catch (error) {
        result.error = String(error);
    }
    for (const topic in answers) Services.obs.removeObserver(watch, topic);
    await IOUtils.writeJSON(outcome, result, { tmpPath: outcome + ".new" });
}
