/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* firefox.js: the steps of the person at Firefox. */
const steps = {
    /** Opens the page, and waits for one that has this title (a regular expression). */
    async visit(site, title) {
        const address = site + "?" + Date.now(); /* not the page that is there already */
        const browser = gBrowser.selectedBrowser;
        const page = () => browser.currentURI.spec + " " + browser.contentTitle;
        const there = () => !browser.webProgress.isLoadingDocument && browser.currentURI.spec === address && new RegExp(title).test(browser.contentTitle);
        browser.fixupAndLoadURIString(address, { triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal() });
        await until("a page with " + title, there).catch((error) => {
            throw new Error(error.message + ", but " + page());
        });
        seen.push("page: " + page());
        await picture("page");
    },
};
