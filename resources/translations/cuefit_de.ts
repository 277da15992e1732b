<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
    <context>
        <name>Actions</name>
        <message>
            <source>&amp;Add folder …</source>
            <translation>&amp;Ordner hinzufügen …</translation>
        </message>
        <message>
            <source>&amp;Scan all folders again</source>
            <translation>Alle Ordner erneut &amp;scannen</translation>
        </message>
        <message>
            <source>&amp;Write tags …</source>
            <translation>&amp;Tags schreiben …</translation>
        </message>
        <message>
            <source>Write tags of &amp;all listed tracks …</source>
            <translation>Tags &amp;aller gezeigten Titel schreiben …</translation>
        </message>
        <message>
            <source>Tag &amp;history and undo …</source>
            <translation>Tag-&amp;Verlauf und Rückgängig …</translation>
        </message>
        <message>
            <source>Se&amp;ttings …</source>
            <translation>&amp;Einstellungen …</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <translation>S&amp;chließen</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>&amp;Beenden</translation>
        </message>
        <message>
            <source>&amp;Copy paths</source>
            <translation>&amp;Pfade kopieren</translation>
        </message>
        <message>
            <source>Select &amp;all</source>
            <translation>&amp;Alles auswählen</translation>
        </message>
        <message>
            <source>&amp;Find</source>
            <translation>&amp;Suchen</translation>
        </message>
        <message>
            <source>C&amp;lear the search</source>
            <translation>Suche &amp;leeren</translation>
        </message>
        <message>
            <source>&amp;Play</source>
            <translation>&amp;Abspielen</translation>
        </message>
        <message>
            <source>Suggest &amp;cues like this</source>
            <translation>Ähnliche &amp;Musik vorschlagen</translation>
        </message>
        <message>
            <source>Correct the &amp;genres</source>
            <translation>&amp;Genres korrigieren</translation>
        </message>
        <message>
            <source>Add to the &amp;bin</source>
            <translation>In den &amp;Bin legen</translation>
        </message>
        <message>
            <source>&amp;Reveal in the file manager</source>
            <translation>Im &amp;Dateimanager zeigen</translation>
        </message>
        <message>
            <source>&amp;Open with the system&apos;s program</source>
            <translation>Mit dem Programm des Systems ö&amp;ffnen</translation>
        </message>
        <message>
            <source>&amp;Next panel</source>
            <translation>&amp;Nächster Bereich</translation>
        </message>
        <message>
            <source>&amp;Previous panel</source>
            <translation>&amp;Voriger Bereich</translation>
        </message>
        <message>
            <source>&amp;Arrange panels as at first</source>
            <translation>Bereiche wie &amp;anfangs anordnen</translation>
        </message>
        <message>
            <source>&amp;Reset the mixer</source>
            <translation>Mischer &amp;zurücksetzen</translation>
        </message>
        <message>
            <source>&amp;What the models are worth</source>
            <translation>&amp;Was die Modelle taugen</translation>
        </message>
        <message>
            <source>&amp;Keyboard</source>
            <translation>&amp;Tastatur</translation>
        </message>
        <message>
            <source>&amp;About Cuefit</source>
            <translation>Ü&amp;ber Cuefit</translation>
        </message>
    </context>
    <context>
        <name>BandTable</name>
        <message>
            <source>Genre</source>
            <translation>Genre</translation>
        </message>
        <message>
            <source>What fits meant, by genre</source>
            <translation>Was Passungen bedeuteten, nach Genre</translation>
        </message>
        <message>
            <source>{percent} of {tracks} tracks</source>
            <translation>{percent} von {tracks} Titeln</translation>
        </message>
    </context>
    <context>
        <name>BinModel</name>
        <message>
            <source>Title</source>
            <translation>Titel</translation>
        </message>
        <message>
            <source>In</source>
            <translation>In</translation>
        </message>
        <message>
            <source>Out</source>
            <translation>Out</translation>
        </message>
        <message>
            <source>Length</source>
            <translation>Länge</translation>
        </message>
        <message>
            <source>Note</source>
            <translation>Notiz</translation>
        </message>
        <message>
            <source>File</source>
            <translation>Datei</translation>
        </message>
        <message>
            <source>A time looks like 1:23.450, not {text}</source>
            <translation>Eine Zeit sieht aus wie 1:23.450, nicht {text}</translation>
        </message>
        <message>
            <source>In lies before out, and both inside the cue</source>
            <translation>In liegt vor Out, und beide im Titel</translation>
        </message>
    </context>
    <context>
        <name>BinPanel</name>
        <message>
            <source>The bin is empty.

Add cues from the table, or a region from the player, in the order in which </source>
            <translation>Der Bin ist leer.

Legen Sie Titel aus der Tabelle hinein, oder einen Bereich aus dem Player, in der Reihenfolge, in der </translation>
        </message>
        <message>
            <source>the sequence needs them.</source>
            <translation>die Sequenz sie braucht.</translation>
        </message>
        <message>
            <source>Cues and regions of the bin</source>
            <translation>Titel und Bereiche des Bins</translation>
        </message>
        <message>
            <source>&amp;Play</source>
            <translation>&amp;Abspielen</translation>
        </message>
        <message>
            <source>Move &amp;up</source>
            <translation>Nach &amp;oben</translation>
        </message>
        <message>
            <source>Move &amp;down</source>
            <translation>Nach &amp;unten</translation>
        </message>
        <message>
            <source>Edit &amp;in</source>
            <translation>&amp;In bearbeiten</translation>
        </message>
        <message>
            <source>Edit &amp;out</source>
            <translation>&amp;Out bearbeiten</translation>
        </message>
        <message>
            <source>Edit &amp;note</source>
            <translation>&amp;Notiz bearbeiten</translation>
        </message>
        <message>
            <source>&amp;Remove</source>
            <translation>&amp;Entfernen</translation>
        </message>
        <message>
            <source>Bin</source>
            <translation>Bin</translation>
        </message>
        <message>
            <source>Bin:</source>
            <translation>Bin:</translation>
        </message>
        <message>
            <source>⋯</source>
            <translation>⋯</translation>
        </message>
        <message>
            <source>More about bins</source>
            <translation>Mehr zu Bins</translation>
        </message>
        <message>
            <source>New, rename, throw away</source>
            <translation>Neu, umbenennen, wegwerfen</translation>
        </message>
        <message>
            <source>&amp;New bin …</source>
            <translation>&amp;Neuer Bin …</translation>
        </message>
        <message>
            <source>&amp;Rename …</source>
            <translation>&amp;Umbenennen …</translation>
        </message>
        <message>
            <source>Move to &amp;trash</source>
            <translation>In den &amp;Papierkorb</translation>
        </message>
        <message>
            <source>E&amp;xport …</source>
            <translation>E&amp;xportieren …</translation>
        </message>
        <message>
            <source>The bin “{name}” {reason}. Choose another, or begin a new one.</source>
            <translation>Der Bin „{name}“: {reason}. Wählen Sie einen anderen oder beginnen Sie einen neuen.</translation>
        </message>
        <message>
            <source>New bin</source>
            <translation>Neuer Bin</translation>
        </message>
        <message>
            <source>&amp;Name:</source>
            <translation>&amp;Name:</translation>
        </message>
        <message>
            <source>Rename the bin</source>
            <translation>Bin umbenennen</translation>
        </message>
        <message>
            <source>{count} · {length}</source>
            <translation>{count} · {length}</translation>
        </message>
        <message>
            <source>Number of items and their length</source>
            <translation>Zahl der Einträge und ihre Länge</translation>
        </message>
        <message>
            <source>Removed: {count}.</source>
            <translation>Entfernt: {count}.</translation>
        </message>
        <message>
            <source>Put back</source>
            <translation>Zurücklegen</translation>
        </message>
        <message>
            <source>{name} isn&apos;t in the index any more</source>
            <translation>{name} ist nicht mehr im Index</translation>
        </message>
    </context>
    <context>
        <name>Cells</name>
        <message>
            <source>not scored</source>
            <translation>nicht bewertet</translation>
        </message>
        <message>
            <source>assigned</source>
            <translation>zugeordnet</translation>
        </message>
        <message>
            <source>not assigned</source>
            <translation>nicht zugeordnet</translation>
        </message>
        <message>
            <source>No genre fits well enough</source>
            <translation>Kein Genre passt gut genug</translation>
        </message>
        <message>
            <source>present</source>
            <translation>vorhanden</translation>
        </message>
        <message>
            <source>offline</source>
            <translation>offline</translation>
        </message>
        <message>
            <source>missing</source>
            <translation>fehlt</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>fehlgeschlagen</translation>
        </message>
    </context>
    <context>
        <name>ColumnCommands</name>
        <message>
            <source>Move the column to the left</source>
            <translation>Spalte nach links</translation>
        </message>
        <message>
            <source>Move the column to the right</source>
            <translation>Spalte nach rechts</translation>
        </message>
        <message>
            <source>Make the column narrower</source>
            <translation>Spalte schmaler</translation>
        </message>
        <message>
            <source>Make the column wider</source>
            <translation>Spalte breiter</translation>
        </message>
    </context>
    <context>
        <name>Columns</name>
        <message>
            <source>Title</source>
            <translation>Titel</translation>
        </message>
        <message>
            <source>Artist</source>
            <translation>Interpret</translation>
        </message>
        <message>
            <source>Album</source>
            <translation>Album</translation>
        </message>
        <message>
            <source>Length</source>
            <translation>Länge</translation>
        </message>
        <message>
            <source>Genres</source>
            <translation>Genres</translation>
        </message>
        <message>
            <source>Match</source>
            <translation>Passung</translation>
        </message>
        <message>
            <source>Format</source>
            <translation>Format</translation>
        </message>
        <message>
            <source>Status</source>
            <translation>Status</translation>
        </message>
        <message>
            <source>Path</source>
            <translation>Pfad</translation>
        </message>
    </context>
    <context>
        <name>Connections</name>
        <message>
            <source>Save search</source>
            <translation>Suche speichern</translation>
        </message>
        <message>
            <source>Name of this search:</source>
            <translation>Name dieser Suche:</translation>
        </message>
        <message>
            <source>Cuefit {version} listens to your music and says how well each track fits ten film genres.

Free software under the GNU General Public License, version 3 or later. Made with Qt and PySide6.</source>
            <translation>Cuefit {version} hört Ihre Musik an und sagt, wie gut jeder Titel zu zehn Filmgenres passt.

Freie Software unter der GNU General Public License, Version 3 oder später. Mit Qt und PySide6 gemacht.</translation>
        </message>
        <message>
            <source>About Cuefit</source>
            <translation>Über Cuefit</translation>
        </message>
    </context>
    <context>
        <name>CorrectionPanel</name>
        <message>
            <source>&amp;Undo last decision</source>
            <translation>Letzte Entscheidung z&amp;urücknehmen</translation>
        </message>
        <message>
            <source>No track is chosen</source>
            <translation>Kein Titel ist ausgewählt</translation>
        </message>
        <message>
            <source>Choose one or several tracks in the table to say what fits them.</source>
            <translation>Wählen Sie in der Tabelle einen oder mehrere Titel, um zu sagen, was zu ihnen passt.</translation>
        </message>
        <message>
            <source>Your word wins over the model&apos;s, here and in the file (FILMGENRE_USER).</source>
            <translation>Ihr Wort zählt mehr als das des Modells, hier und in der Datei (FILMGENRE_USER).</translation>
        </message>
        <message>
            <source>Tracks chosen: {count}</source>
            <translation>Ausgewählte Titel: {count}</translation>
        </message>
        <message>
            <source>A decision goes for all of them; the figures are means.</source>
            <translation>Eine Entscheidung gilt für alle; die Zahlen sind Mittelwerte.</translation>
        </message>
        <message>
            <source>Kept, also in the files: {count}.</source>
            <translation>Gemerkt, auch in den Dateien: {count}.</translation>
        </message>
        <message>
            <source>Kept in the index. Files that couldn&apos;t be written: {count}. {path}: {reason}</source>
            <translation>Im Index gemerkt. Dateien, die nicht geschrieben werden konnten: {count}. {path}: {reason}</translation>
        </message>
    </context>
    <context>
        <name>CountLine</name>
        <message>
            <source>What would change in all files</source>
            <translation>Was sich in allen Dateien ändern würde</translation>
        </message>
        <message>
            <source>Counting what would change…</source>
            <translation>Es wird gezählt, was sich ändern würde …</translation>
        </message>
        <message>
            <source>Files that would change: {count}</source>
            <translation>Dateien, die sich ändern würden: {count}</translation>
        </message>
        <message>
            <source>nothing to change: {count}</source>
            <translation>nichts zu ändern: {count}</translation>
        </message>
        <message>
            <source>left alone: {count}</source>
            <translation>unberührt: {count}</translation>
        </message>
        <message>
            <source>looked at so far: {count} of {total}</source>
            <translation>bisher angesehen: {count} von {total}</translation>
        </message>
    </context>
    <context>
        <name>Docks</name>
        <message>
            <source>Folders</source>
            <translation>Ordner</translation>
        </message>
        <message>
            <source>Mixer</source>
            <translation>Mischer</translation>
        </message>
        <message>
            <source>Suggestions</source>
            <translation>Vorschläge</translation>
        </message>
        <message>
            <source>Genres</source>
            <translation>Genres</translation>
        </message>
        <message>
            <source>Bin</source>
            <translation>Bin</translation>
        </message>
        <message>
            <source>Player</source>
            <translation>Player</translation>
        </message>
        <message>
            <source>Scan</source>
            <translation>Scan</translation>
        </message>
        <message>
            <source>Failures</source>
            <translation>Fehler</translation>
        </message>
    </context>
    <context>
        <name>EvidenceDialog</name>
        <message>
            <source>What the models are worth</source>
            <translation>Was die Modelle taugen</translation>
        </message>
    </context>
    <context>
        <name>EvidencePage</name>
        <message>
            <source>Models {id}</source>
            <translation>Modelle {id}</translation>
        </message>
        <message>
            <source>On soundtracks that they had never heard</source>
            <translation>An Soundtracks, die sie nie gehört hatten</translation>
        </message>
        <message>
            <source>What a fit meant there</source>
            <translation>Was eine Passung dort bedeutete</translation>
        </message>
        <message>
            <source>Genres without a model</source>
            <translation>Genres ohne Modell</translation>
        </message>
        <message>
            <source>What they learned from</source>
            <translation>Woraus sie gelernt haben</translation>
        </message>
        <message>
            <source>Made on {date} by {trainer}, seed {seed}.</source>
            <translation>Am {date} von {trainer} gemacht, Startwert {seed}.</translation>
        </message>
        <message>
            <source>All genres together rank {tracks} held-out tracks with a label ranking average precision of {lrap}; the same answer for every track reaches {chance}.</source>
            <translation>Alle Genres zusammen ordnen {tracks} zurückgehaltene Titel mit einer mittleren Ranggenauigkeit (LRAP) von {lrap}; dieselbe Antwort für jeden Titel erreicht {chance}.</translation>
        </message>
        <message>
            <source>{genre}: of 100 unheard tracks with a fit of {threshold} or more, {right} were {genre}.</source>
            <translation>{genre}: Von 100 ungehörten Titeln mit einer Passung von {threshold} oder mehr waren {right} {genre}.</translation>
        </message>
        <message>
            <source>A fit is calibrated: among many tracks with a fit of 0.80, about 80 in 100 should be of that genre, as far as your music is like that which was held out.</source>
            <translation>Eine Passung ist kalibriert: Von vielen Titeln mit einer Passung von 0,80 sollten etwa 80 von 100 zu diesem Genre gehören, soweit Ihre Musik der zurückgehaltenen gleicht.</translation>
        </message>
        <message>
            <source>{name}: {tracks} tracks, {soundtracks} soundtracks, {hours} hours. Licences: {licences}.</source>
            <translation>{name}: {tracks} Titel, {soundtracks} Soundtracks, {hours} Stunden. Lizenzen: {licences}.</translation>
        </message>
    </context>
    <context>
        <name>EvidenceTable</name>
        <message>
            <source>Genre</source>
            <translation>Genre</translation>
        </message>
        <message>
            <source>Learned from</source>
            <translation>Gelernt aus</translation>
        </message>
        <message>
            <source>Threshold</source>
            <translation>Schwelle</translation>
        </message>
        <message>
            <source>Right when assigned</source>
            <translation>Zugeordnet und richtig</translation>
        </message>
        <message>
            <source>By chance</source>
            <translation>Durch Zufall</translation>
        </message>
        <message>
            <source>Found</source>
            <translation>Gefunden</translation>
        </message>
        <message>
            <source>ROC-AUC (95 %)</source>
            <translation>ROC-AUC (95 %)</translation>
        </message>
        <message>
            <source>Evidence by genre</source>
            <translation>Belege nach Genre</translation>
        </message>
        <message>
            <source>{tracks} tracks, {soundtracks} soundtracks</source>
            <translation>{tracks} Titel, {soundtracks} Soundtracks</translation>
        </message>
        <message>
            <source>untrained</source>
            <translation>untrainiert</translation>
        </message>
    </context>
    <context>
        <name>ExamplesBar</name>
        <message>
            <source>Examples</source>
            <translation>Beispiele</translation>
        </message>
        <message>
            <source>Like</source>
            <translation>Wie</translation>
        </message>
        <message>
            <source>Not like</source>
            <translation>Nicht wie</translation>
        </message>
        <message>
            <source>{name}: press to leave it out</source>
            <translation>{name}: drücken, um es wegzulassen</translation>
        </message>
        <message>
            <source>Leave out {name}</source>
            <translation>{name} weglassen</translation>
        </message>
    </context>
    <context>
        <name>ExportDialog</name>
        <message>
            <source>Export the bin</source>
            <translation>Bin exportieren</translation>
        </message>
        <message>
            <source>Playlist (M3U8)</source>
            <translation>Wiedergabeliste (M3U8)</translation>
        </message>
        <message>
            <source>Table (CSV)</source>
            <translation>Tabelle (CSV)</translation>
        </message>
        <message>
            <source>Edit decision list (EDL, CMX 3600)</source>
            <translation>Schnittliste (EDL, CMX 3600)</translation>
        </message>
        <message>
            <source>Timeline (Final Cut Pro 7 XML, for Premiere and Resolve)</source>
            <translation>Timeline (Final-Cut-Pro-7-XML, für Premiere und Resolve)</translation>
        </message>
        <message>
            <source>WAV files, one a cue or region</source>
            <translation>WAV-Dateien, eine je Titel oder Bereich</translation>
        </message>
        <message>
            <source>The frame rate of the sequence that it goes into</source>
            <translation>Die Bildrate der Sequenz, in die es kommt</translation>
        </message>
        <message>
            <source> s</source>
            <translation> s</translation>
        </message>
        <message>
            <source>Sound added before and after each region</source>
            <translation>Ton, der vor und nach jedem Bereich dazukommt</translation>
        </message>
        <message>
            <source>Name of the files, with placeholders in braces</source>
            <translation>Name der Dateien, mit Platzhaltern in Klammern</translation>
        </message>
        <message>
            <source>&amp;Format:</source>
            <translation>&amp;Format:</translation>
        </message>
        <message>
            <source>Frame &amp;rate:</source>
            <translation>Bild&amp;rate:</translation>
        </message>
        <message>
            <source>&amp;Handles:</source>
            <translation>&amp;Überhang:</translation>
        </message>
        <message>
            <source>&amp;Name:</source>
            <translation>&amp;Name:</translation>
        </message>
        <message>
            <source>Example:</source>
            <translation>Beispiel:</translation>
        </message>
        <message>
            <source>&amp;To:</source>
            <translation>&amp;Nach:</translation>
        </message>
        <message>
            <source>File or folder to write</source>
            <translation>Datei oder Ordner, der geschrieben wird</translation>
        </message>
        <message>
            <source>&amp;Browse …</source>
            <translation>&amp;Durchsuchen …</translation>
        </message>
        <message>
            <source>&amp;Export ({count})</source>
            <translation>&amp;Exportieren ({count})</translation>
        </message>
        <message>
            <source>A playlist names whole files: regions are listed as their cues.</source>
            <translation>Eine Wiedergabeliste nennt ganze Dateien: Für Bereiche stehen ihre Titel.</translation>
        </message>
        <message>
            <source>In and out are rounded to the nearest frame.</source>
            <translation>In und Out werden auf das nächste Bild gerundet.</translation>
        </message>
        <message>
            <source>The very samples of each file, at its own rate. Nothing that is there is replaced.</source>
            <translation>Genau die Samples jeder Datei, in ihrer eigenen Rate. Nichts, was da ist, wird ersetzt.</translation>
        </message>
        <message>
            <source>✕ {reason}</source>
            <translation>✕ {reason}</translation>
        </message>
        <message>
            <source>The bin is empty: there is nothing to export.</source>
            <translation>Der Bin ist leer: Es gibt nichts zu exportieren.</translation>
        </message>
        <message>
            <source>Folder for the WAV files</source>
            <translation>Ordner für die WAV-Dateien</translation>
        </message>
        <message>
            <source>Writing…</source>
            <translation>Schreibe…</translation>
        </message>
        <message>
            <source>Written: {path}</source>
            <translation>Geschrieben: {path}</translation>
        </message>
        <message>
            <source>left out, its name can&apos;t stand in a playlist</source>
            <translation>weggelassen, sein Name kann nicht in einer Wiedergabeliste stehen</translation>
        </message>
        <message>
            <source>Stopped.</source>
            <translation>Angehalten.</translation>
        </message>
        <message>
            <source>Done.</source>
            <translation>Fertig.</translation>
        </message>
        <message>
            <source>Written: {count}.</source>
            <translation>Geschrieben: {count}.</translation>
        </message>
        <message>
            <source>Couldn&apos;t be written: {count}.</source>
            <translation>Konnten nicht geschrieben werden: {count}.</translation>
        </message>
    </context>
    <context>
        <name>FailuresModel</name>
        <message>
            <source>File</source>
            <translation>Datei</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>Grund</translation>
        </message>
        <message>
            <source>Folder</source>
            <translation>Ordner</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>Größe</translation>
        </message>
    </context>
    <context>
        <name>FailuresPanel</name>
        <message>
            <source>Filter by name, folder or reason</source>
            <translation>Nach Name, Ordner oder Grund filtern</translation>
        </message>
        <message>
            <source>Filter failures</source>
            <translation>Fehler filtern</translation>
        </message>
        <message>
            <source>Looking…</source>
            <translation>Suche…</translation>
        </message>
        <message>
            <source>Files that couldn&apos;t be heard</source>
            <translation>Dateien, die nicht gehört werden konnten</translation>
        </message>
        <message>
            <source>Tr&amp;y again</source>
            <translation>Noch ein&amp;mal</translation>
        </message>
        <message>
            <source>Scans the chosen files, or all that are shown, once more</source>
            <translation>Scannt die ausgewählten Dateien, oder alle gezeigten, noch einmal</translation>
        </message>
        <message>
            <source>Show in table</source>
            <translation>In der Tabelle zeigen</translation>
        </message>
        <message>
            <source>No failures: every file that was found could be heard.</source>
            <translation>Keine Fehler: Jede gefundene Datei konnte gehört werden.</translation>
        </message>
        <message>
            <source>{shown} of {all} failures. A file is tried again when it changes.</source>
            <translation>{shown} von {all} Fehlern. Eine Datei wird wieder versucht, wenn sie sich ändert.</translation>
        </message>
        <message>
            <source>Failures: {all}. A file is tried again when it changes.</source>
            <translation>Fehler: {all}. Eine Datei wird wieder versucht, wenn sie sich ändert.</translation>
        </message>
        <message>
            <source>Tr&amp;y chosen again</source>
            <translation>Ausgewählte noch ein&amp;mal</translation>
        </message>
        <message>
            <source>Tr&amp;y all again</source>
            <translation>Alle noch ein&amp;mal</translation>
        </message>
    </context>
    <context>
        <name>FileActions</name>
        <message>
            <source>no program of this system opens it</source>
            <translation>kein Programm dieses Systems öffnet sie</translation>
        </message>
    </context>
    <context>
        <name>FirstStart</name>
        <message>
            <source>Find the cue that fits the scene</source>
            <translation>Finden Sie die Musik, die zur Szene passt</translation>
        </message>
        <message>
            <source>Choose the folders that hold your music. Cuefit listens to every track and says how well it fits ten film genres. Nothing leaves this computer, and your files stay as they are until you ask for tags.</source>
            <translation>Wählen Sie die Ordner mit Ihrer Musik. Cuefit hört jeden Titel an und sagt, wie gut er zu zehn Filmgenres passt. Nichts verlässt diesen Rechner, und Ihre Dateien bleiben, wie sie sind, bis Sie Tags wünschen.</translation>
        </message>
        <message>
            <source>Choose folders …</source>
            <translation>Ordner wählen …</translation>
        </message>
        <message>
            <source>Try the demo cues</source>
            <translation>Demo-Titel ausprobieren</translation>
        </message>
        <message>
            <source>Ten short pieces that come with Cuefit; the models have never heard them</source>
            <translation>Zehn kurze Stücke, die Cuefit beiliegen; die Modelle haben sie nie gehört</translation>
        </message>
        <message>
            <source>… or drop a folder onto this window.</source>
            <translation>… oder ziehen Sie einen Ordner auf dieses Fenster.</translation>
        </message>
        <message>
            <source>&amp;What the models are worth …</source>
            <translation>&amp;Was die Modelle taugen …</translation>
        </message>
        <message>
            <source>There are no models to listen with: {reason}</source>
            <translation>Es gibt keine Modelle zum Hören: {reason}</translation>
        </message>
        <message>
            <source>Models {id}: {n_genres} genres, trained on {n_tracks} tracks</source>
            <translation>Modelle {id}: {n_genres} Genres, an {n_tracks} Titeln trainiert</translation>
        </message>
        <message>
            <source>ROC-AUC {low} to {high} on music that they had never heard</source>
            <translation>ROC-AUC {low} bis {high} an Musik, die sie nie gehört hatten</translation>
        </message>
    </context>
    <context>
        <name>Folders</name>
        <message>
            <source>Choose a folder of music</source>
            <translation>Musikordner wählen</translation>
        </message>
    </context>
    <context>
        <name>GenreChoice</name>
        <message>
            <source>Genres shown over time</source>
            <translation>Genres im Zeitverlauf</translation>
        </message>
        <message>
            <source>Best</source>
            <translation>Beste</translation>
        </message>
        <message>
            <source>Show the genres that fit each track best</source>
            <translation>Zu jedem Titel die Genres zeigen, die am besten passen</translation>
        </message>
        <message>
            <source>Show the best genres of each track</source>
            <translation>Die besten Genres jedes Titels zeigen</translation>
        </message>
        <message>
            <source>Show the fit of {genre}</source>
            <translation>Passung zu {genre} zeigen</translation>
        </message>
        <message>
            <source>{genre} isn&apos;t trained: {reason}</source>
            <translation>{genre} ist nicht trainiert: {reason}</translation>
        </message>
        <message>
            <source>no fit</source>
            <translation>keine Passung</translation>
        </message>
    </context>
    <context>
        <name>GenreRow</name>
        <message>
            <source>{genre}: how much</source>
            <translation>{genre}: wie viel</translation>
        </message>
        <message>
            <source>From -1, not wanted, to +1, wanted; 0 doesn&apos;t matter</source>
            <translation>Von -1, nicht gewünscht, bis +1, gewünscht; 0 ist gleichgültig</translation>
        </message>
        <message>
            <source>Not trained: {reason}</source>
            <translation>Nicht trainiert: {reason}</translation>
        </message>
        <message>
            <source>untrained</source>
            <translation>untrainiert</translation>
        </message>
        <message>
            <source>✓ Fits</source>
            <translation>✓ Ja</translation>
        </message>
        <message>
            <source>{genre}: fits, whatever the model says</source>
            <translation>{genre}: passt, was immer das Modell sagt</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>Modell</translation>
        </message>
        <message>
            <source>{genre}: as the model says</source>
            <translation>{genre}: wie das Modell sagt</translation>
        </message>
        <message>
            <source>✕ Doesn&apos;t</source>
            <translation>✕ Nein</translation>
        </message>
        <message>
            <source>{genre}: doesn&apos;t fit, whatever the model says</source>
            <translation>{genre}: passt nicht, was immer das Modell sagt</translation>
        </message>
        <message>
            <source>no model</source>
            <translation>kein Modell</translation>
        </message>
        <message>
            <source>fits</source>
            <translation>passt</translation>
        </message>
        <message>
            <source>doesn&apos;t fit</source>
            <translation>passt nicht</translation>
        </message>
        <message>
            <source>fits {count} of {all}</source>
            <translation>passt zu {count} von {all}</translation>
        </message>
    </context>
    <context>
        <name>JobLine</name>
        <message>
            <source>Progress</source>
            <translation>Fortschritt</translation>
        </message>
        <message>
            <source>&amp;Stop</source>
            <translation>&amp;Anhalten</translation>
        </message>
        <message>
            <source>Files that couldn&apos;t be changed</source>
            <translation>Dateien, die nicht geändert werden konnten</translation>
        </message>
        <message>
            <source>{done} of {total} files</source>
            <translation>{done} von {total} Dateien</translation>
        </message>
    </context>
    <context>
        <name>KeyboardDialog</name>
        <message>
            <source>Keyboard</source>
            <translation>Tastatur</translation>
        </message>
        <message>
            <source>Play the current track</source>
            <translation>Aktuellen Titel abspielen</translation>
        </message>
        <message>
            <source>A slider of the mixer by 0.05</source>
            <translation>Einen Regler des Mischers um 0.05</translation>
        </message>
        <message>
            <source>Command</source>
            <translation>Befehl</translation>
        </message>
        <message>
            <source>Keys</source>
            <translation>Tasten</translation>
        </message>
    </context>
    <context>
        <name>LibraryView</name>
        <message>
            <source>Reading the library</source>
            <translation>Bibliothek wird gelesen</translation>
        </message>
        <message>
            <source>No track fits this search.</source>
            <translation>Kein Titel passt zu dieser Suche.</translation>
        </message>
        <message>
            <source>C&amp;lear the search</source>
            <translation>Suche &amp;leeren</translation>
        </message>
        <message>
            <source>Counting …</source>
            <translation>Zähle …</translation>
        </message>
        <message numerus="yes">
            <source>%n track(s)</source>
            <translation>
            <numerusform>%n Titel</numerusform>
            <numerusform>%n Titel</numerusform>
        </translation>
        </message>
        <message>
            <source>{n} selected</source>
            <translation>{n} ausgewählt</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Noch einmal</translation>
        </message>
    </context>
    <context>
        <name>MainWindow</name>
        <message>
            <source>Cuefit</source>
            <translation>Cuefit</translation>
        </message>
        <message>
            <source>Cuefit can&apos;t listen: {reason}</source>
            <translation>Cuefit kann nicht hören: {reason}</translation>
        </message>
        <message>
            <source>A scan is running</source>
            <translation>Ein Scan läuft</translation>
        </message>
        <message>
            <source>Stop the scan and close Cuefit?</source>
            <translation>Den Scan anhalten und Cuefit schließen?</translation>
        </message>
        <message>
            <source>What has been heard is kept; the next scan goes on from there.</source>
            <translation>Was gehört wurde, bleibt; der nächste Scan macht dort weiter.</translation>
        </message>
        <message>
            <source>&amp;Stop and close</source>
            <translation>&amp;Anhalten und schließen</translation>
        </message>
        <message>
            <source>&amp;Go on scanning</source>
            <translation>&amp;Weiter scannen</translation>
        </message>
    </context>
    <context>
        <name>Menus</name>
        <message>
            <source>&amp;File</source>
            <translation>&amp;Datei</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>&amp;Bearbeiten</translation>
        </message>
        <message>
            <source>&amp;Track</source>
            <translation>&amp;Titel</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>&amp;Ansicht</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>&amp;Hilfe</translation>
        </message>
        <message>
            <source>&amp;Go to a panel</source>
            <translation>&amp;Gehe zu einem Bereich</translation>
        </message>
        <message>
            <source>&amp;Move a panel</source>
            <translation>Bereich &amp;verschieben</translation>
        </message>
        <message>
            <source>To the &amp;left</source>
            <translation>Nach &amp;links</translation>
        </message>
        <message>
            <source>To the &amp;right</source>
            <translation>Nach &amp;rechts</translation>
        </message>
        <message>
            <source>&amp;Below</source>
            <translation>Nach &amp;unten</translation>
        </message>
        <message>
            <source>Into a &amp;window of its own</source>
            <translation>In ein eigenes &amp;Fenster</translation>
        </message>
        <message>
            <source>&amp;Columns</source>
            <translation>&amp;Spalten</translation>
        </message>
        <message>
            <source>Arrange columns as at first</source>
            <translation>Spalten wie anfangs anordnen</translation>
        </message>
        <message>
            <source>&amp;Sort by</source>
            <translation>S&amp;ortieren nach</translation>
        </message>
        <message>
            <source>Title</source>
            <translation>Titel</translation>
        </message>
        <message>
            <source>Artist</source>
            <translation>Interpret</translation>
        </message>
        <message>
            <source>Album</source>
            <translation>Album</translation>
        </message>
        <message>
            <source>Length</source>
            <translation>Länge</translation>
        </message>
        <message>
            <source>Format</source>
            <translation>Format</translation>
        </message>
        <message>
            <source>Path</source>
            <translation>Pfad</translation>
        </message>
        <message>
            <source>Latest first</source>
            <translation>Neueste zuerst</translation>
        </message>
        <message>
            <source>The other way &amp;round</source>
            <translation>&amp;Umgekehrt</translation>
        </message>
    </context>
    <context>
        <name>MessageLine</name>
        <message>
            <source>Dismiss this message</source>
            <translation>Diese Meldung schließen</translation>
        </message>
    </context>
    <context>
        <name>MixerPanel</name>
        <message>
            <source>Move a slider: the library is ranked by what you want more of (+) and less of (−).</source>
            <translation>Bewegen Sie einen Regler: Die Bibliothek wird danach geordnet, wovon Sie mehr (+) und weniger (−) möchten.</translation>
        </message>
        <message>
            <source>Assi&amp;gned only</source>
            <translation>Nur zu&amp;geordnete</translation>
        </message>
        <message>
            <source>List only tracks to which a genre you want is assigned</source>
            <translation>Nur Titel zeigen, denen ein gewünschtes Genre zugeordnet ist</translation>
        </message>
        <message>
            <source>&amp;Reset</source>
            <translation>&amp;Zurücksetzen</translation>
        </message>
        <message>
            <source>Take all sliders to 0</source>
            <translation>Alle Regler auf 0</translation>
        </message>
        <message>
            <source>Presets</source>
            <translation>Vorlagen</translation>
        </message>
        <message>
            <source>Save …</source>
            <translation>Speichern …</translation>
        </message>
        <message>
            <source>Keep these positions under a name</source>
            <translation>Diese Stellung unter einem Namen behalten</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>Entfernen</translation>
        </message>
        <message>
            <source>Remove the preset that is shown</source>
            <translation>Die gezeigte Vorlage entfernen</translation>
        </message>
        <message>
            <source>{genres}: these models were not trained on enough music to tell. The evidence page says why.</source>
            <translation>{genres}: Dafür haben diese Modelle nicht genug Musik gehört. Die Seite mit den Belegen sagt, warum.</translation>
        </message>
        <message>
            <source>Save preset</source>
            <translation>Vorlage speichern</translation>
        </message>
        <message>
            <source>Name of this mix:</source>
            <translation>Name dieser Mischung:</translation>
        </message>
    </context>
    <context>
        <name>ModelsPage</name>
        <message>
            <source>What the models are worth</source>
            <translation>Was die Modelle taugen</translation>
        </message>
        <message>
            <source>Models</source>
            <translation>Modelle</translation>
        </message>
        <message>
            <source>&amp;Use these models</source>
            <translation>Diese Modelle &amp;verwenden</translation>
        </message>
        <message>
            <source>&amp;Other folder …</source>
            <translation>Anderer &amp;Ordner …</translation>
        </message>
        <message>
            <source>Tracks that other models listened to are listened to again by the next scan of their folders.</source>
            <translation>Titel, die andere Modelle gehört haben, werden beim nächsten Scan ihrer Ordner neu gehört.</translation>
        </message>
        <message>
            <source>The newest that came with Cuefit</source>
            <translation>Die neuesten, die Cuefit beiliegen</translation>
        </message>
        <message>
            <source>Choose the folder of a model bundle</source>
            <translation>Ordner eines Modellbündels wählen</translation>
        </message>
    </context>
    <context>
        <name>MomentsBar</name>
        <message>
            <source>Best moments</source>
            <translation>Beste Stellen</translation>
        </message>
        <message>
            <source>What the suggestion is like</source>
            <translation>Wem der Vorschlag gleicht</translation>
        </message>
        <message>
            <source>Play from {start}; similarity {number} of 100</source>
            <translation>Ab {start} abspielen; Ähnlichkeit {number} von 100</translation>
        </message>
    </context>
    <context>
        <name>PanelActions</name>
        <message>
            <source>Go to {panel}</source>
            <translation>Gehe zu {panel}</translation>
        </message>
    </context>
    <context>
        <name>PlayerCommands</name>
        <message>
            <source>Play</source>
            <translation>Abspielen</translation>
        </message>
        <message>
            <source>Play or pause</source>
            <translation>Abspielen oder Pause</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Stopp</translation>
        </message>
        <message>
            <source>Stop, go to the start and close the file</source>
            <translation>Anhalten, an den Anfang gehen und die Datei schließen</translation>
        </message>
        <message>
            <source>Play backwards</source>
            <translation>Rückwärts</translation>
        </message>
        <message>
            <source>Move back; again for faster</source>
            <translation>Zurück; noch einmal für schneller</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>Pause</translation>
        </message>
        <message>
            <source>Stand still</source>
            <translation>Stillstehen</translation>
        </message>
        <message>
            <source>Play forwards</source>
            <translation>Vorwärts</translation>
        </message>
        <message>
            <source>Play; again for faster</source>
            <translation>Abspielen; noch einmal für schneller</translation>
        </message>
        <message>
            <source>Mark in</source>
            <translation>In-Punkt setzen</translation>
        </message>
        <message>
            <source>Let the region begin at the playhead</source>
            <translation>Der Bereich beginnt an der Abspielposition</translation>
        </message>
        <message>
            <source>Mark out</source>
            <translation>Out-Punkt setzen</translation>
        </message>
        <message>
            <source>Let the region end at the playhead</source>
            <translation>Der Bereich endet an der Abspielposition</translation>
        </message>
        <message>
            <source>Clear in and out</source>
            <translation>In und Out löschen</translation>
        </message>
        <message>
            <source>Forget the region</source>
            <translation>Den Bereich vergessen</translation>
        </message>
        <message>
            <source>Loop</source>
            <translation>Schleife</translation>
        </message>
        <message>
            <source>Play the region, or all of it, over and over</source>
            <translation>Den Bereich, oder alles, immer wieder abspielen</translation>
        </message>
        <message>
            <source>Previous peak</source>
            <translation>Vorige Spitze</translation>
        </message>
        <message>
            <source>Jump to where the chosen genre fits best before here</source>
            <translation>Dorthin springen, wo das gewählte Genre vorher am besten passt</translation>
        </message>
        <message>
            <source>Next peak</source>
            <translation>Nächste Spitze</translation>
        </message>
        <message>
            <source>Jump to where the chosen genre fits best after here</source>
            <translation>Dorthin springen, wo das gewählte Genre danach am besten passt</translation>
        </message>
        <message>
            <source>Mute</source>
            <translation>Stumm</translation>
        </message>
        <message>
            <source>Play without sound</source>
            <translation>Ohne Ton abspielen</translation>
        </message>
        <message>
            <source>Copy region as a file</source>
            <translation>Bereich als Datei kopieren</translation>
        </message>
        <message>
            <source>Make a WAV of the region and put it on the clipboard</source>
            <translation>Aus dem Bereich ein WAV machen und in die Zwischenablage legen</translation>
        </message>
        <message>
            <source>Add region to bin</source>
            <translation>Bereich in den Bin</translation>
        </message>
        <message>
            <source>Collect the region, or the whole cue, in the bin</source>
            <translation>Den Bereich, oder den ganzen Titel, im Bin sammeln</translation>
        </message>
        <message>
            <source>Suggest moments like this</source>
            <translation>Ähnliche Stellen vorschlagen</translation>
        </message>
        <message>
            <source>Look for moments of other cues that sound like the region</source>
            <translation>Stellen anderer Titel suchen, die wie der Bereich klingen</translation>
        </message>
    </context>
    <context>
        <name>PlayerEngine</name>
        <message>
            <source>Sound isn&apos;t ready yet.</source>
            <translation>Der Ton ist noch nicht bereit.</translation>
        </message>
        <message>
            <source>This system can&apos;t play sound: {reason}</source>
            <translation>Dieses System kann keinen Ton abspielen: {reason}</translation>
        </message>
        <message>
            <source>Qt has no way to play sound on this system.</source>
            <translation>Qt kann auf diesem System keinen Ton abspielen.</translation>
        </message>
        <message>
            <source>No sound device: the playhead moves, nothing is heard.</source>
            <translation>Kein Tonausgang: Die Position läuft, zu hören ist nichts.</translation>
        </message>
    </context>
    <context>
        <name>PlayerPanel</name>
        <message>
            <source>Player</source>
            <translation>Player</translation>
        </message>
        <message>
            <source>Choose a track to see it here and hear it.</source>
            <translation>Wählen Sie einen Titel, um ihn hier zu sehen und zu hören.</translation>
        </message>
        <message>
            <source>No sound in here.</source>
            <translation>Kein Ton darin.</translation>
        </message>
        <message>
            <source>No fits: {reason}</source>
            <translation>Keine Passung: {reason}</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>Pause</translation>
        </message>
        <message>
            <source>Play</source>
            <translation>Abspielen</translation>
        </message>
    </context>
    <context>
        <name>PreparingBar</name>
        <message>
            <source>How much of the library has been read</source>
            <translation>Wie viel der Bibliothek gelesen ist</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Anhalten</translation>
        </message>
        <message>
            <source>{percent} percent</source>
            <translation>{percent} Prozent</translation>
        </message>
    </context>
    <context>
        <name>PreviewView</name>
        <message>
            <source>Changes by file</source>
            <translation>Änderungen nach Datei</translation>
        </message>
        <message>
            <source>&amp;Previous page</source>
            <translation>&amp;Vorige Seite</translation>
        </message>
        <message>
            <source>&amp;Next page</source>
            <translation>&amp;Nächste Seite</translation>
        </message>
        <message>
            <source>Reading…</source>
            <translation>Lese…</translation>
        </message>
        <message>
            <source>nothing to change</source>
            <translation>nichts zu ändern</translation>
        </message>
        <message>
            <source>fields: {count}</source>
            <translation>Felder: {count}</translation>
        </message>
        <message>
            <source>(none)</source>
            <translation>(keine)</translation>
        </message>
        <message>
            <source>(removed)</source>
            <translation>(entfernt)</translation>
        </message>
        <message>
            <source>{first} to {last} of {total}</source>
            <translation>{first} bis {last} von {total}</translation>
        </message>
    </context>
    <context>
        <name>Reasons</name>
        <message>
            <source>has vanished</source>
            <translation>ist verschwunden</translation>
        </message>
        <message>
            <source>isn&apos;t a file</source>
            <translation>ist keine Datei</translation>
        </message>
        <message>
            <source>is empty</source>
            <translation>ist leer</translation>
        </message>
        <message>
            <source>isn&apos;t there</source>
            <translation>ist nicht da</translation>
        </message>
        <message>
            <source>isn&apos;t a folder or a file</source>
            <translation>ist weder Ordner noch Datei</translation>
        </message>
        <message>
            <source>can&apos;t be read: {0}</source>
            <translation>lässt sich nicht lesen: {0}</translation>
        </message>
        <message>
            <source>can&apos;t be read ({0})</source>
            <translation>lässt sich nicht lesen ({0})</translation>
        </message>
        <message>
            <source>can&apos;t be opened: {0}</source>
            <translation>lässt sich nicht öffnen: {0}</translation>
        </message>
        <message>
            <source>can&apos;t be created: {0}</source>
            <translation>lässt sich nicht anlegen: {0}</translation>
        </message>
        <message>
            <source>can&apos;t be written: {0}</source>
            <translation>lässt sich nicht schreiben: {0}</translation>
        </message>
        <message>
            <source>can&apos;t be written ({0})</source>
            <translation>lässt sich nicht schreiben ({0})</translation>
        </message>
        <message>
            <source>can&apos;t be written to: {0}</source>
            <translation>lässt sich nicht beschreiben: {0}</translation>
        </message>
        <message>
            <source>can&apos;t be renamed: {0}</source>
            <translation>lässt sich nicht umbenennen: {0}</translation>
        </message>
        <message>
            <source>can&apos;t be shown in the file manager: {0}</source>
            <translation>lässt sich im Dateimanager nicht zeigen: {0}</translation>
        </message>
        <message>
            <source>can&apos;t be moved to the trash; remove the file yourself</source>
            <translation>lässt sich nicht in den Papierkorb legen; löschen Sie die Datei selbst</translation>
        </message>
        <message>
            <source>the cues can&apos;t be copied: {0}</source>
            <translation>die Stücke lassen sich nicht kopieren: {0}</translation>
        </message>
        <message>
            <source>the settings can&apos;t be saved: {0}</source>
            <translation>die Einstellungen lassen sich nicht sichern: {0}</translation>
        </message>
        <message>
            <source>missing from this installation of Cuefit; install it again</source>
            <translation>fehlt in dieser Installation von Cuefit; installieren Sie es neu</translation>
        </message>
        <message>
            <source>No such file or directory</source>
            <translation>Datei oder Ordner gibt es nicht</translation>
        </message>
        <message>
            <source>Permission denied</source>
            <translation>keine Berechtigung</translation>
        </message>
        <message>
            <source>permission denied</source>
            <translation>keine Berechtigung</translation>
        </message>
        <message>
            <source>Operation not permitted</source>
            <translation>nicht erlaubt</translation>
        </message>
        <message>
            <source>No space left on device</source>
            <translation>der Datenträger ist voll</translation>
        </message>
        <message>
            <source>Disk quota exceeded</source>
            <translation>das Kontingent an Speicher ist erschöpft</translation>
        </message>
        <message>
            <source>Input/output error</source>
            <translation>der Datenträger meldet einen Fehler</translation>
        </message>
        <message>
            <source>Read-only file system</source>
            <translation>der Datenträger ist schreibgeschützt</translation>
        </message>
        <message>
            <source>Is a directory</source>
            <translation>ist ein Ordner</translation>
        </message>
        <message>
            <source>Not a directory</source>
            <translation>ist kein Ordner</translation>
        </message>
        <message>
            <source>File exists</source>
            <translation>gibt es schon</translation>
        </message>
        <message>
            <source>File name too long</source>
            <translation>der Name ist zu lang</translation>
        </message>
        <message>
            <source>Too many open files</source>
            <translation>zu viele offene Dateien</translation>
        </message>
        <message>
            <source>Device or resource busy</source>
            <translation>wird gerade benutzt</translation>
        </message>
        <message>
            <source>Stale file handle</source>
            <translation>das Netzlaufwerk kennt die Datei nicht mehr</translation>
        </message>
        <message>
            <source>Transport endpoint is not connected</source>
            <translation>das Netzlaufwerk ist nicht verbunden</translation>
        </message>
        <message>
            <source>No such device</source>
            <translation>das Gerät gibt es nicht</translation>
        </message>
        <message>
            <source>is there, but none of the {0} tracks known below it; is its volume mounted?</source>
            <translation>ist da, aber keiner der {0} Titel, die es darunter gab; ist der Datenträger eingebunden?</translation>
        </message>
        <message>
            <source>vanished during the scan</source>
            <translation>verschwand während des Scans</translation>
        </message>
        <message>
            <source>vanished during the scan; the next scan goes on from here</source>
            <translation>verschwand während des Scans; der nächste macht hier weiter</translation>
        </message>
        <message>
            <source>is being changed by another program; the next scan listens to it</source>
            <translation>wird gerade von einem anderen Programm geändert; der nächste Scan hört es an</translation>
        </message>
        <message>
            <source>took too long to read and was given up</source>
            <translation>war nach zu langer Zeit nicht gelesen und wurde aufgegeben</translation>
        </message>
        <message>
            <source>needs more memory than a worker may have</source>
            <translation>braucht mehr Speicher, als ein Prozess haben darf</translation>
        </message>
        <message>
            <source>crashed the decoder (exit status {0})</source>
            <translation>brachte den Decoder zum Absturz (Status {0})</translation>
        </message>
        <message>
            <source>shorter than {0} s</source>
            <translation>kürzer als {0} s</translation>
        </message>
        <message>
            <source>silent</source>
            <translation>still</translation>
        </message>
        <message>
            <source>has no fits: {0}</source>
            <translation>hat keine Passungen: {0}</translation>
        </message>
        <message>
            <source>is offline</source>
            <translation>ist offline</translation>
        </message>
        <message>
            <source>is missing</source>
            <translation>fehlt</translation>
        </message>
        <message>
            <source>is failed</source>
            <translation>ist fehlgeschlagen</translation>
        </message>
        <message>
            <source>is present</source>
            <translation>ist da</translation>
        </message>
        <message>
            <source>holds no audio</source>
            <translation>enthält keinen Ton</translation>
        </message>
        <message>
            <source>isn&apos;t audio that can be read ({0})</source>
            <translation>ist kein Ton, der sich lesen lässt ({0})</translation>
        </message>
        <message>
            <source>isn&apos;t audio that can be decoded</source>
            <translation>ist kein Ton, der sich decodieren lässt</translation>
        </message>
        <message>
            <source>is damaged at {0} s ({1})</source>
            <translation>ist bei {0} s beschädigt ({1})</translation>
        </message>
        <message>
            <source>changes its rate or its channels at {0} s</source>
            <translation>wechselt bei {0} s Abtastrate oder Kanäle</translation>
        </message>
        <message>
            <source>holds samples that aren&apos;t numbers at {0} s (NaN, infinite or absurd)</source>
            <translation>enthält bei {0} s Abtastwerte, die keine Zahlen sind (NaN, unendlich oder unsinnig)</translation>
        </message>
        <message>
            <source>has a sample rate of {0} Hz, which no recording has</source>
            <translation>hat eine Abtastrate von {0} Hz, die keine Aufnahme hat</translation>
        </message>
        <message>
            <source>is truncated: its header promises {0} s, the audio ends at {1} s</source>
            <translation>ist abgeschnitten: Der Kopf verspricht {0} s, der Ton endet bei {1} s</translation>
        </message>
        <message>
            <source>has no sound from {0} s on</source>
            <translation>hat ab {0} s keinen Ton</translation>
        </message>
        <message>
            <source>can&apos;t be played: {0}</source>
            <translation>lässt sich nicht abspielen: {0}</translation>
        </message>
        <message>
            <source>can&apos;t be played: it is empty</source>
            <translation>lässt sich nicht abspielen: Es ist leer</translation>
        </message>
        <message>
            <source>it holds no sound that can be decoded</source>
            <translation>es enthält keinen Ton, der sich decodieren lässt</translation>
        </message>
        <message>
            <source>can&apos;t be compared: {0}</source>
            <translation>lässt sich nicht vergleichen: {0}</translation>
        </message>
        <message>
            <source>Invalid data found when processing input</source>
            <translation>unsinnige Daten</translation>
        </message>
        <message>
            <source>End of file</source>
            <translation>die Datei ist zu Ende</translation>
        </message>
        <message>
            <source>its APE tag has version {0}, not 2; it is left alone</source>
            <translation>das APE-Tag hat Version {0}, nicht 2; es bleibt unberührt</translation>
        </message>
        <message>
            <source>its APE tag is damaged; it is left alone</source>
            <translation>das APE-Tag ist beschädigt; es bleibt unberührt</translation>
        </message>
        <message>
            <source>its header is damaged; it is left alone</source>
            <translation>der Kopf ist beschädigt; die Datei bleibt unberührt</translation>
        </message>
        <message>
            <source>its chunks are damaged; it is left alone</source>
            <translation>die Abschnitte sind beschädigt; die Datei bleibt unberührt</translation>
        </message>
        <message>
            <source>is truncated, or doesn&apos;t say where its audio ends; tags behind it would be lost</source>
            <translation>ist abgeschnitten oder sagt nicht, wo der Ton endet; Tags dahinter gingen verloren</translation>
        </message>
        <message>
            <source>would grow beyond the 4 GB that its format allows</source>
            <translation>würde größer als die 4 GB, die das Format erlaubt</translation>
        </message>
        <message>
            <source>its ID3 tag is damaged; it is left alone</source>
            <translation>das ID3-Tag ist beschädigt; es bleibt unberührt</translation>
        </message>
        <message>
            <source>its Vorbis comments are damaged; it is left alone</source>
            <translation>die Vorbis-Kommentare sind beschädigt; die Datei bleibt unberührt</translation>
        </message>
        <message>
            <source>its blocks are damaged; it is left alone</source>
            <translation>die Blöcke sind beschädigt; die Datei bleibt unberührt</translation>
        </message>
        <message>
            <source>is an Ogg file of a kind whose tags Cuefit doesn&apos;t know</source>
            <translation>ist eine Ogg-Datei einer Art, deren Tags Cuefit nicht kennt</translation>
        </message>
        <message>
            <source>isn&apos;t audio of a kind whose tags Cuefit can read or write</source>
            <translation>ist kein Ton einer Art, deren Tags Cuefit lesen oder schreiben kann</translation>
        </message>
        <message>
            <source>is of a kind that has no room for tags ({0})</source>
            <translation>ist von einer Art, die keinen Platz für Tags hat ({0})</translation>
        </message>
        <message>
            <source>its tags are damaged ({0}); it is left alone</source>
            <translation>die Tags sind beschädigt ({0}); die Datei bleibt unberührt</translation>
        </message>
        <message>
            <source>its tags are damaged ({0}: {1}); it is left alone</source>
            <translation>die Tags sind beschädigt ({0}: {1}); die Datei bleibt unberührt</translation>
        </message>
        <message>
            <source>its ID3 tag would grow beyond 256 MB</source>
            <translation>das ID3-Tag würde größer als 256 MB</translation>
        </message>
        <message>
            <source>its ID3 tag has an unknown version (2.{0})</source>
            <translation>das ID3-Tag hat eine unbekannte Version (2.{0})</translation>
        </message>
        <message>
            <source>its film genre fields are too long to be Cuefit&apos;s; it is left alone</source>
            <translation>die Filmgenre-Felder sind zu lang, um von Cuefit zu sein; die Datei bleibt unberührt</translation>
        </message>
        <message>
            <source>its MP4 tags are damaged; it is left alone</source>
            <translation>die MP4-Tags sind beschädigt; die Datei bleibt unberührt</translation>
        </message>
        <message>
            <source>its MP4 atoms are damaged; it is left alone</source>
            <translation>die MP4-Atome sind beschädigt; die Datei bleibt unberührt</translation>
        </message>
        <message>
            <source>was changed by another program meanwhile; it is left as it is</source>
            <translation>wurde inzwischen von einem anderen Programm geändert; es bleibt, wie es ist</translation>
        </message>
        <message>
            <source>is locked by another program; it is left as it is</source>
            <translation>ist von einem anderen Programm gesperrt; es bleibt, wie es ist</translation>
        </message>
        <message>
            <source>is read-only; it is left as it is</source>
            <translation>ist schreibgeschützt; es bleibt, wie es ist</translation>
        </message>
        <message>
            <source>has {0} names (hard links), which writing would split into separate files</source>
            <translation>hat {0} Namen (harte Links); Schreiben machte getrennte Dateien daraus</translation>
        </message>
        <message>
            <source>its folder can&apos;t be written to ({0}); it is left as it is</source>
            <translation>der Ordner lässt sich nicht beschreiben ({0}); die Datei bleibt, wie sie ist</translation>
        </message>
        <message>
            <source>its copy came out empty; it is left as it was</source>
            <translation>die Kopie war leer; die Datei bleibt, wie sie war</translation>
        </message>
        <message>
            <source>its tags can&apos;t be read back from the copy; it is left as it was</source>
            <translation>die Tags lassen sich aus der Kopie nicht zurücklesen; die Datei bleibt, wie sie war</translation>
        </message>
        <message>
            <source>holds other audio than was listened to; scan it again</source>
            <translation>enthält anderen Ton als den, der gehört wurde; scannen Sie es erneut</translation>
        </message>
        <message>
            <source>the audio of the copy isn&apos;t that of the file; it is left as it was</source>
            <translation>der Ton der Kopie ist nicht der der Datei; sie bleibt, wie sie war</translation>
        </message>
        <message>
            <source>is damaged so that players would read the copy in another way; it is left as it was</source>
            <translation>ist so beschädigt, dass Programme die Kopie anders läsen; es bleibt, wie es war</translation>
        </message>
        <message>
            <source>can&apos;t be replaced; another program has it open, or the folder is read-only</source>
            <translation>lässt sich nicht ersetzen; ein anderes Programm hat es geöffnet, oder der Ordner ist schreibgeschützt</translation>
        </message>
        <message>
            <source>no room for a copy beside it ({0}); it is left as it was</source>
            <translation>kein Platz für eine Kopie daneben ({0}); die Datei bleibt, wie sie war</translation>
        </message>
        <message>
            <source>holds other audio than was tagged; it is left as it is</source>
            <translation>enthält anderen Ton als den, der getaggt wurde; es bleibt, wie es ist</translation>
        </message>
        <message>
            <source>there is no index here yet; scan a folder first</source>
            <translation>hier ist noch kein Index; scannen Sie zuerst einen Ordner</translation>
        </message>
        <message>
            <source>there is no index here</source>
            <translation>hier ist kein Index</translation>
        </message>
        <message>
            <source>there is nothing to back up</source>
            <translation>es gibt nichts zu sichern</translation>
        </message>
        <message>
            <source>exists already; choose another name</source>
            <translation>gibt es schon; wählen Sie einen anderen Namen</translation>
        </message>
        <message>
            <source>is damaged, and so would its copy be; see cuefit index check and repair</source>
            <translation>ist beschädigt, und die Kopie wäre es auch; siehe cuefit index check und repair</translation>
        </message>
        <message>
            <source>can&apos;t be opened: permission denied</source>
            <translation>lässt sich nicht öffnen: keine Berechtigung</translation>
        </message>
        <message>
            <source>is locked by another program; close it or try again later</source>
            <translation>ist von einem anderen Programm gesperrt; schließen Sie es, oder versuchen Sie es später</translation>
        </message>
        <message>
            <source>can&apos;t be written to: the file or its folder is read-only</source>
            <translation>lässt sich nicht beschreiben: Datei oder Ordner ist schreibgeschützt</translation>
        </message>
        <message>
            <source>can&apos;t be read or written: the disk reports an error</source>
            <translation>lässt sich weder lesen noch schreiben: Der Datenträger meldet einen Fehler</translation>
        </message>
        <message>
            <source>is damaged; restore it from a backup, or move it away and scan again</source>
            <translation>ist beschädigt; holen Sie eine Sicherung zurück, oder legen Sie ihn weg und scannen Sie neu</translation>
        </message>
        <message>
            <source>isn&apos;t an index of Cuefit</source>
            <translation>ist kein Index von Cuefit</translation>
        </message>
        <message>
            <source>can&apos;t grow: the disk is full</source>
            <translation>kann nicht wachsen: Der Datenträger ist voll</translation>
        </message>
        <message>
            <source>can&apos;t be opened; its folder must exist and be writable</source>
            <translation>lässt sich nicht öffnen; der Ordner muss da und beschreibbar sein</translation>
        </message>
        <message>
            <source>is a database of another program</source>
            <translation>ist eine Datenbank eines anderen Programms</translation>
        </message>
        <message>
            <source>isn&apos;t laid out as Cuefit&apos;s indexes are; another program has changed it</source>
            <translation>ist nicht aufgebaut wie die Indizes von Cuefit; ein anderes Programm hat ihn geändert</translation>
        </message>
        <message>
            <source>isn&apos;t laid out as Cuefit&apos;s journals are; another program has changed it</source>
            <translation>ist nicht wie die Protokolle von Cuefit aufgebaut; ein anderes Programm hat es geändert</translation>
        </message>
        <message>
            <source>has been replaced by another bundle meanwhile</source>
            <translation>wurde inzwischen durch ein anderes Modellpaket ersetzt</translation>
        </message>
        <message>
            <source>was written by a newer version of Cuefit; install that version to use it</source>
            <translation>wurde von einer neueren Version von Cuefit geschrieben; installieren Sie diese, um es zu benutzen</translation>
        </message>
        <message>
            <source>was written by a newer version of Cuefit; install that version to repair it</source>
            <translation>wurde von einer neueren Version von Cuefit geschrieben; installieren Sie diese, um es zu reparieren</translation>
        </message>
        <message>
            <source>the backup before an update can&apos;t be written: {0}</source>
            <translation>die Sicherung vor einer Aktualisierung lässt sich nicht schreiben: {0}</translation>
        </message>
        <message>
            <source>can&apos;t be repaired: {0}</source>
            <translation>lässt sich nicht reparieren: {0}</translation>
        </message>
        <message>
            <source>is in use by another program; close it first</source>
            <translation>wird von einem anderen Programm benutzt; schließen Sie es zuerst</translation>
        </message>
        <message>
            <source>came out damaged ({0}); the disk may be failing</source>
            <translation>wurde beschädigt geschrieben ({0}); vielleicht geht der Datenträger kaputt</translation>
        </message>
        <message>
            <source>is damaged: it holds values that Cuefit never writes; restore it from a backup</source>
            <translation>ist beschädigt: Er enthält Werte, die Cuefit nie schreibt; holen Sie eine Sicherung zurück</translation>
        </message>
        <message>
            <source>is damaged: its tracks have other tiles than it says</source>
            <translation>ist beschädigt: Die Titel haben andere Kacheln, als er sagt</translation>
        </message>
        <message>
            <source>isn&apos;t a journal of tag writes</source>
            <translation>ist kein Journal geschriebener Tags</translation>
        </message>
        <message>
            <source>was written by a newer Cuefit (journal version {0}, this one knows {1})</source>
            <translation>wurde von einem neueren Cuefit geschrieben (Journal-Version {0}, dieses kennt {1})</translation>
        </message>
        <message>
            <source>the journal of tag writes can&apos;t be used ({0})</source>
            <translation>das Journal geschriebener Tags lässt sich nicht benutzen ({0})</translation>
        </message>
        <message>
            <source>the journal of tag writes can&apos;t be read ({0})</source>
            <translation>das Journal geschriebener Tags lässt sich nicht lesen ({0})</translation>
        </message>
        <message>
            <source>there are no models, here or in this installation of Cuefit</source>
            <translation>es gibt keine Modelle, weder hier noch in dieser Installation von Cuefit</translation>
        </message>
        <message>
            <source>is neither a folder nor the id of a bundle; {0}</source>
            <translation>ist weder ein Ordner noch die Kennung eines Pakets; {0}</translation>
        </message>
        <message>
            <source>there are {0}</source>
            <translation>es gibt {0}</translation>
        </message>
        <message>
            <source>there are none at all</source>
            <translation>es gibt überhaupt keine</translation>
        </message>
        <message>
            <source>holds a network that {0}</source>
            <translation>enthält ein Netz: {0}</translation>
        </message>
        <message>
            <source>takes too long to open</source>
            <translation>es zu öffnen dauert zu lange</translation>
        </message>
        <message>
            <source>crashes LiteRT</source>
            <translation>es bringt LiteRT zum Absturz</translation>
        </message>
        <message>
            <source>needs more memory than there is</source>
            <translation>es braucht mehr Speicher, als da ist</translation>
        </message>
        <message>
            <source>projects {0} hidden units, the members have {1}</source>
            <translation>projiziert {0} verborgene Einheiten, die Mitglieder haben {1}</translation>
        </message>
        <message>
            <source>has format {0}; this version of Cuefit reads format {1}</source>
            <translation>hat Format {0}; diese Version von Cuefit liest Format {1}</translation>
        </message>
        <message>
            <source>isn&apos;t a manifest that this version reads ({0})</source>
            <translation>ist kein Manifest, das diese Version liest ({0})</translation>
        </message>
        <message>
            <source>was made for another feature spec than the one it states; train or install it again</source>
            <translation>wurde für andere Merkmale gemacht, als es angibt; trainieren oder installieren Sie es neu</translation>
        </message>
        <message>
            <source>has other genres than Cuefit&apos;s ten: {0}</source>
            <translation>hat andere Genres als die zehn von Cuefit: {0}</translation>
        </message>
        <message>
            <source>has no members</source>
            <translation>hat keine Mitglieder</translation>
        </message>
        <message>
            <source>calibrates a strange list of genres: {0}</source>
            <translation>kalibriert eine seltsame Liste von Genres: {0}</translation>
        </message>
        <message>
            <source>has members for other genres than those that it calibrates</source>
            <translation>hat Mitglieder für andere Genres als die, die es kalibriert</translation>
        </message>
        <message>
            <source>names one file for two members</source>
            <translation>nennt eine Datei für zwei Mitglieder</translation>
        </message>
        <message>
            <source>doesn&apos;t have the evidence of each genre</source>
            <translation>hat nicht für jedes Genre einen Beleg</translation>
        </message>
        <message>
            <source>calls a genre untrained that has a member, or the other way round</source>
            <translation>nennt ein Genre untrainiert, das ein Mitglied hat, oder umgekehrt</translation>
        </message>
        <message>
            <source>standardises another number of coefficients than {0}</source>
            <translation>standardisiert eine andere Zahl von Koeffizienten als {0}</translation>
        </message>
        <message>
            <source>standardises by something that isn&apos;t a number</source>
            <translation>standardisiert mit etwas, das keine Zahl ist</translation>
        </message>
        <message>
            <source>isn&apos;t the projection of an embedding ({0})</source>
            <translation>ist keine Projektion einer Einbettung ({0})</translation>
        </message>
        <message>
            <source>has {0} of {1} {2}, not float32 {3}; the manifest says size {4}</source>
            <translation>hat {0} aus {1} {2}, nicht float32 {3}; das Manifest nennt Größe {4}</translation>
        </message>
        <message>
            <source>holds values that aren&apos;t numbers</source>
            <translation>enthält Werte, die keine Zahlen sind</translation>
        </message>
        <message>
            <source>would unpack to more than any file of a bundle ({0} MiB)</source>
            <translation>wäre ausgepackt größer als jede Datei eines Pakets ({0} MiB)</translation>
        </message>
        <message>
            <source>is larger than any file of a bundle ({0} MiB)</source>
            <translation>ist größer als jede Datei eines Pakets ({0} MiB)</translation>
        </message>
        <message>
            <source>isn&apos;t the file that the manifest names (its SHA-256 differs)</source>
            <translation>ist nicht die Datei, die das Manifest nennt (SHA-256 ist anders)</translation>
        </message>
        <message>
            <source>isn&apos;t a list of golden fits ({0})</source>
            <translation>ist keine Liste von Vergleichswerten ({0})</translation>
        </message>
        <message>
            <source>there is a bin of this name already</source>
            <translation>eine Ablage dieses Namens gibt es schon</translation>
        </message>
        <message>
            <source>is damaged ({0}); it is kept as it is</source>
            <translation>ist beschädigt ({0}); es bleibt, wie es ist</translation>
        </message>
        <message>
            <source>is the name of an audio file, which a list would replace</source>
            <translation>ist der Name einer Tondatei, die eine Liste ersetzen würde</translation>
        </message>
        <message>
            <source>isn&apos;t named after a format; its name has to end with one of {0}</source>
            <translation>nennt kein Format; der Name muss auf eines von {0} enden</translation>
        </message>
        <message>
            <source>a brace has no partner; a template may hold {0}</source>
            <translation>einer Klammer fehlt ihr Gegenstück; eine Vorlage darf {0} enthalten</translation>
        </message>
        <message>
            <source>{{0}} isn&apos;t known; a template may hold {1}</source>
            <translation>{{0}} ist nicht bekannt; eine Vorlage darf {1} enthalten</translation>
        </message>
        <message>
            <source>only {index} takes a width, of one digit: {index:02}</source>
            <translation>nur {index} hat eine Breite, mit einer Ziffer: {index:02}</translation>
        </message>
        <message>
            <source>every file would have the same name; a template holds some of {0}</source>
            <translation>jede Datei hätte denselben Namen; eine Vorlage enthält etwas von {0}</translation>
        </message>
        <message>
            <source>is the recording itself, which is never replaced</source>
            <translation>ist die Aufnahme selbst, die nie ersetzt wird</translation>
        </message>
        <message>
            <source>it was analysed before Cuefit kept what suggestions need; scan its folder again</source>
            <translation>es wurde gehört, bevor Cuefit behielt, was Vorschläge brauchen; scannen Sie den Ordner erneut</translation>
        </message>
        <message>
            <source>Stopped before anything could be compared; ask again to begin anew</source>
            <translation>Angehalten, bevor sich etwas vergleichen ließ; fragen Sie erneut, um neu zu beginnen</translation>
        </message>
        <message>
            <source>The library is closed</source>
            <translation>Die Bibliothek ist geschlossen</translation>
        </message>
        <message>
            <source>A path leads from one track to another: choose two</source>
            <translation>Ein Weg führt von einem Titel zu einem anderen: Wählen Sie zwei</translation>
        </message>
        <message>
            <source>{0} is no longer in the library</source>
            <translation>{0} ist nicht mehr in der Bibliothek</translation>
        </message>
        <message>
            <source>{0} is silent there: choose a region with music in it</source>
            <translation>{0} ist dort still: Wählen Sie einen Ausschnitt mit Musik</translation>
        </message>
        <message>
            <source>A path has {0} steps at most</source>
            <translation>Ein Weg hat höchstens {0} Schritte</translation>
        </message>
        <message>
            <source>Start and end are the same recording: a path needs two different ones</source>
            <translation>Anfang und Ende sind dieselbe Aufnahme: Ein Weg braucht zwei verschiedene</translation>
        </message>
        <message>
            <source>The example was analysed with {0}, the library with {1}, or one of them by an earlier version of Cuefit: scan again, so that they can be compared</source>
            <translation>Das Beispiel wurde mit {0} gehört, die Bibliothek mit {1}, oder eines von beiden von einer früheren Version von Cuefit: Scannen Sie erneut, damit sie sich vergleichen lassen</translation>
        </message>
        <message>
            <source>No track in the index has been heard by {0} yet; scan a folder with it first</source>
            <translation>Noch hat {0} keinen Titel des Index gehört; scannen Sie zuerst einen Ordner damit</translation>
        </message>
        <message>
            <source>Name a track that suggestions are to be like; what they are not to be like isn&apos;t enough</source>
            <translation>Nennen Sie einen Titel, dem die Vorschläge ähneln sollen; wem sie nicht ähneln sollen, genügt nicht</translation>
        </message>
        <message>
            <source>{0} examples are too many; choose {1} at most</source>
            <translation>{0} Beispiele sind zu viele; wählen Sie höchstens {1}</translation>
        </message>
        <message>
            <source>The examples were analysed with different models; scan their folders again</source>
            <translation>Die Beispiele wurden mit verschiedenen Modellen gehört; scannen Sie ihre Ordner erneut</translation>
        </message>
        <message>
            <source>There is no aspect {0}; expected one of {1}</source>
            <translation>Einen Aspekt {0} gibt es nicht, nur {1}</translation>
        </message>
        <message>
            <source>A weight is a number from 0 up</source>
            <translation>Ein Gewicht ist eine Zahl ab 0</translation>
        </message>
        <message>
            <source>All weights are 0: give at least one aspect some weight</source>
            <translation>Alle Gewichte sind 0: Geben Sie wenigstens einem Aspekt Gewicht</translation>
        </message>
        <message>
            <source>{0} isn&apos;t between 0 (safest) and 1 (discover)</source>
            <translation>{0} liegt nicht zwischen 0 (am sichersten) und 1 (entdecken)</translation>
        </message>
        <message>
            <source>Ask for one suggestion or more</source>
            <translation>Fragen Sie nach wenigstens einem Vorschlag</translation>
        </message>
        <message>
            <source>{0} is {1} s long: the region lies behind its end</source>
            <translation>{0} ist {1} s lang: Der Ausschnitt liegt hinter dem Ende</translation>
        </message>
        <message>
            <source>{0} can&apos;t be compared: {1}</source>
            <translation>{0} lässt sich nicht vergleichen: {1}</translation>
        </message>
        <message>
            <source>{0}, at character {1} of {2}</source>
            <translation>{0}, bei Zeichen {1} von {2}</translation>
        </message>
        <message>
            <source>a query holds {0} characters at most</source>
            <translation>eine Suche hat höchstens {0} Zeichen</translation>
        </message>
        <message>
            <source>a query holds {0} terms at most</source>
            <translation>eine Suche hat höchstens {0} Teile</translation>
        </message>
        <message>
            <source>this bracket was never opened</source>
            <translation>diese Klammer wurde nie geöffnet</translation>
        </message>
        <message>
            <source>this bracket is never closed</source>
            <translation>diese Klammer wird nie geschlossen</translation>
        </message>
        <message>
            <source>brackets can be nested {0} deep at most</source>
            <translation>Klammern lassen sich höchstens {0}-fach schachteln</translation>
        </message>
        <message>
            <source>this quotation mark is never closed</source>
            <translation>dieses Anführungszeichen wird nie geschlossen</translation>
        </message>
        <message>
            <source>expected something to search for</source>
            <translation>hier fehlt, wonach gesucht werden soll</translation>
        </message>
        <message>
            <source>expected a term right after &apos;-&apos;; put a dash that is to be found in quotes</source>
            <translation>gleich nach &apos;-&apos; fehlt etwas; setzen Sie einen Strich, der gefunden werden soll, in Anführungszeichen</translation>
        </message>
        <message>
            <source>expected a name before {0}</source>
            <translation>vor {0} fehlt ein Name</translation>
        </message>
        <message>
            <source>expected a length such as 3:00 or 180</source>
            <translation>hier fehlt eine Länge wie 3:00 oder 180</translation>
        </message>
        <message>
            <source>{0} can&apos;t be compared with a number; expected {1}</source>
            <translation>{0} lässt sich nicht mit einer Zahl vergleichen; möglich: {1}</translation>
        </message>
        <message>
            <source>expected a number from 0 to 1 such as 0.7</source>
            <translation>hier fehlt eine Zahl von 0 bis 1 wie 0.7</translation>
        </message>
        <message>
            <source>there is no field {0}; expected {1} or text in quotes</source>
            <translation>ein Feld {0} gibt es nicht; möglich: {1} oder Text in Anführungszeichen</translation>
        </message>
        <message>
            <source>expected one of {0}</source>
            <translation>möglich: {0}</translation>
        </message>
        <message>
            <source>expected letters or digits to search for</source>
            <translation>hier fehlen Buchstaben oder Ziffern, nach denen gesucht werden soll</translation>
        </message>
        <message>
            <source>expected a word, or text in quotes</source>
            <translation>hier fehlt ein Wort oder Text in Anführungszeichen</translation>
        </message>
        <message>
            <source>expected {0}</source>
            <translation>möglich: {0}</translation>
        </message>
        <message>
            <source>can&apos;t sort by {0}; expected one of {1}</source>
            <translation>Sortieren nach {0} geht nicht; möglich: {1}</translation>
        </message>
    </context>
    <context>
        <name>RegionExport</name>
        <message>
            <source>&amp;Handles</source>
            <translation>&amp;Überhang</translation>
        </message>
        <message>
            <source>{n} s on both sides</source>
            <translation>{n} s auf beiden Seiten</translation>
        </message>
        <message>
            <source>None</source>
            <translation>Keiner</translation>
        </message>
    </context>
    <context>
        <name>RegionHandle</name>
        <message>
            <source>No region</source>
            <translation>Kein Bereich</translation>
        </message>
        <message>
            <source>Region {time}</source>
            <translation>Bereich {time}</translation>
        </message>
        <message>
            <source>Drag this into another program: the region as a WAV file of its own</source>
            <translation>In ein anderes Programm ziehen: der Bereich als eigene WAV-Datei</translation>
        </message>
    </context>
    <context>
        <name>ScanController</name>
        <message>
            <source>Nothing can be scanned: {reason}</source>
            <translation>Es kann nicht gescannt werden: {reason}</translation>
        </message>
    </context>
    <context>
        <name>ScanPanel</name>
        <message>
            <source>Progress of the scan</source>
            <translation>Fortschritt des Scans</translation>
        </message>
        <message>
            <source>&amp;Cancel scan</source>
            <translation>S&amp;can abbrechen</translation>
        </message>
        <message>
            <source>What was heard so far is kept</source>
            <translation>Was bisher gehört wurde, bleibt</translation>
        </message>
        <message>
            <source>Show failures …</source>
            <translation>Fehler zeigen …</translation>
        </message>
        <message>
            <source>Folders that couldn&apos;t be scanned</source>
            <translation>Ordner, die nicht gescannt werden konnten</translation>
        </message>
        <message>
            <source>Waiting:</source>
            <translation>Wartend:</translation>
        </message>
        <message>
            <source>Scans that wait</source>
            <translation>Wartende Scans</translation>
        </message>
        <message>
            <source>Remove from &amp;queue</source>
            <translation>Aus der Reihe &amp;nehmen</translation>
        </message>
        <message>
            <source>Sca&amp;n a folder …</source>
            <translation>Ordn&amp;er scannen …</translation>
        </message>
        <message>
            <source>Write the f&amp;its into the files&apos; tags</source>
            <translation>Passungen &amp;in die Tags der Dateien schreiben</translation>
        </message>
        <message>
            <source>Every write can be undone in the tag history</source>
            <translation>Jedes Schreiben lässt sich im Tag-Verlauf zurücknehmen</translation>
        </message>
        <message>
            <source>Resu&amp;me</source>
            <translation>Fo&amp;rtsetzen</translation>
        </message>
        <message>
            <source>&amp;Pause</source>
            <translation>&amp;Pause</translation>
        </message>
        <message>
            <source>Files that were begun are finished first</source>
            <translation>Angefangene Dateien werden erst beendet</translation>
        </message>
        <message>
            <source>No scan is running</source>
            <translation>Kein Scan läuft</translation>
        </message>
        <message>
            <source>Choose a folder: every track below it is heard once, and remembered. Nothing is changed in it.</source>
            <translation>Wählen Sie einen Ordner: Jeder Titel darin wird einmal gehört und gemerkt. Nichts darin wird geändert.</translation>
        </message>
        <message>
            <source>Files that are being heard</source>
            <translation>Dateien, die gerade gehört werden</translation>
        </message>
        <message>
            <source>The scan failed: {reason}</source>
            <translation>Der Scan ist gescheitert: {reason}</translation>
        </message>
        <message>
            <source>The scan was cancelled; what was heard is kept</source>
            <translation>Der Scan wurde abgebrochen; was gehört wurde, bleibt</translation>
        </message>
        <message>
            <source>The scan is done, except for what isn&apos;t there</source>
            <translation>Der Scan ist fertig, bis auf das, was nicht da ist</translation>
        </message>
        <message>
            <source>The scan is done</source>
            <translation>Der Scan ist fertig</translation>
        </message>
        <message>
            <source>Stopping when the files that were begun are done…</source>
            <translation>Halte an, wenn die angefangenen Dateien fertig sind…</translation>
        </message>
        <message>
            <source>Paused: {folders}</source>
            <translation>Pause: {folders}</translation>
        </message>
        <message>
            <source>Another program keeps the library locked; what is heard is kept until it lets go</source>
            <translation>Ein anderes Programm hält die Bibliothek gesperrt; was gehört wird, bleibt erhalten, bis es sie freigibt</translation>
        </message>
        <message>
            <source>Scanning {folders}</source>
            <translation>Scanne {folders}</translation>
        </message>
        <message>
            <source>Took {time}.</source>
            <translation>Dauer: {time}.</translation>
        </message>
        <message>
            <source>Tracks in the index from here: {count}.</source>
            <translation>Titel von hier im Index: {count}.</translation>
        </message>
        <message>
            <source>Looking for music…</source>
            <translation>Suche Musik…</translation>
        </message>
        <message>
            <source>{done} of {total} files</source>
            <translation>{done} von {total} Dateien</translation>
        </message>
        <message>
            <source>files that were begun are finished</source>
            <translation>angefangene Dateien werden beendet</translation>
        </message>
        <message>
            <source>{speed}× real time</source>
            <translation>{speed}× Echtzeit</translation>
        </message>
        <message>
            <source>{time} left</source>
            <translation>noch {time}</translation>
        </message>
        <message>
            <source>{percent} percent</source>
            <translation>{percent} Prozent</translation>
        </message>
    </context>
    <context>
        <name>SearchBox</name>
        <message>
            <source>Search: thriller&gt;0.7 -comedy strings length&lt;3:00</source>
            <translation>Suchen: thriller&gt;0.7 -comedy strings length&lt;3:00</translation>
        </message>
        <message>
            <source>Search the library</source>
            <translation>Bibliothek durchsuchen</translation>
        </message>
        <message>
            <source>Genres with a fit such as thriller&gt;0.7, words, length&lt;3:00, a minus for what is not wanted</source>
            <translation>Genres mit Passung wie thriller&gt;0.7, Wörter, length&lt;3:00, ein Minus für Unerwünschtes</translation>
        </message>
        <message>
            <source>&amp;Save search …</source>
            <translation>Suche &amp;speichern …</translation>
        </message>
        <message>
            <source>Keep this search in the side bar</source>
            <translation>Diese Suche in der Seitenleiste behalten</translation>
        </message>
    </context>
    <context>
        <name>Session</name>
        <message>
            <source>This counts as soon as the scan has ended.</source>
            <translation>Das gilt, sobald der Scan beendet ist.</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
        <message>
            <source>Settings</source>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>&amp;General</source>
            <translation>&amp;Allgemein</translation>
        </message>
        <message>
            <source>&amp;Scanning</source>
            <translation>&amp;Scannen</translation>
        </message>
        <message>
            <source>Tag&amp;s</source>
            <translation>Ta&amp;gs</translation>
        </message>
        <message>
            <source>&amp;Models</source>
            <translation>&amp;Modelle</translation>
        </message>
        <message>
            <source>&amp;Thresholds</source>
            <translation>Sch&amp;wellen</translation>
        </message>
        <message>
            <source>{folder} (offline)</source>
            <translation>{folder} (offline)</translation>
        </message>
        <message>
            <source>As the system</source>
            <translation>Wie das System</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>Hell</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>Dunkel</translation>
        </message>
        <message>
            <source>&amp;Appearance:</source>
            <translation>&amp;Erscheinungsbild:</translation>
        </message>
        <message>
            <source>&amp;Language:</source>
            <translation>&amp;Sprache:</translation>
        </message>
        <message>
            <source>Folders of the library</source>
            <translation>Ordner der Bibliothek</translation>
        </message>
        <message>
            <source>&amp;Folders:</source>
            <translation>&amp;Ordner:</translation>
        </message>
        <message>
            <source>A&amp;dd folder …</source>
            <translation>Ordner &amp;hinzufügen …</translation>
        </message>
        <message>
            <source>Scan &amp;again</source>
            <translation>Erneut s&amp;cannen</translation>
        </message>
        <message>
            <source>Look for new and changed files in the chosen folders, or in all</source>
            <translation>In den gewählten Ordnern, oder in allen, nach neuen und geänderten Dateien sehen</translation>
        </message>
        <message>
            <source>half the cores</source>
            <translation>die Hälfte der Kerne</translation>
        </message>
        <message>
            <source>&amp;Processes that listen:</source>
            <translation>&amp;Prozesse zum Hören:</translation>
        </message>
        <message>
            <source>low: your editing software always comes first</source>
            <translation>niedrig: Ihr Schnittprogramm geht immer vor</translation>
        </message>
        <message>
            <source>normal</source>
            <translation>normal</translation>
        </message>
        <message>
            <source>P&amp;riority:</source>
            <translation>P&amp;riorität:</translation>
        </message>
        <message>
            <source>Number and priority count from the next scan on.</source>
            <translation>Anzahl und Priorität gelten ab dem nächsten Scan.</translation>
        </message>
        <message>
            <source>Look for new and changed files when Cuefit starts</source>
            <translation>Beim Start nach neuen und geänderten Dateien sehen</translation>
        </message>
    </context>
    <context>
        <name>SidebarPanel</name>
        <message>
            <source>&amp;Add folder …</source>
            <translation>&amp;Ordner hinzufügen …</translation>
        </message>
        <message>
            <source>Choose a folder of music and listen to it</source>
            <translation>Einen Musikordner wählen und anhören</translation>
        </message>
        <message>
            <source>Library, folders and searches</source>
            <translation>Bibliothek, Ordner und Suchen</translation>
        </message>
        <message>
            <source>Library</source>
            <translation>Bibliothek</translation>
        </message>
        <message>
            <source>All tracks</source>
            <translation>Alle Titel</translation>
        </message>
        <message>
            <source>Offline</source>
            <translation>Offline</translation>
        </message>
        <message>
            <source>Missing</source>
            <translation>Fehlend</translation>
        </message>
        <message>
            <source>Failed</source>
            <translation>Fehlgeschlagen</translation>
        </message>
        <message>
            <source>Folders</source>
            <translation>Ordner</translation>
        </message>
        <message>
            <source>{folder} (offline)</source>
            <translation>{folder} (offline)</translation>
        </message>
        <message>
            <source>Saved searches</source>
            <translation>Gespeicherte Suchen</translation>
        </message>
        <message>
            <source>Assigned genres</source>
            <translation>Zugeordnete Genres</translation>
        </message>
        <message>
            <source>&amp;Scan again</source>
            <translation>Erneut &amp;scannen</translation>
        </message>
        <message>
            <source>&amp;Remove this search</source>
            <translation>Diese Suche &amp;entfernen</translation>
        </message>
    </context>
    <context>
        <name>SuggestionControls</name>
        <message>
            <source>no filter is set</source>
            <translation>kein Filter gesetzt</translation>
        </message>
        <message>
            <source>Fit</source>
            <translation>Passung</translation>
        </message>
        <message>
            <source>Timbre</source>
            <translation>Klangfarbe</translation>
        </message>
        <message>
            <source>Dynamics</source>
            <translation>Dynamik</translation>
        </message>
        <message>
            <source>Pace</source>
            <translation>Tempo</translation>
        </message>
        <message>
            <source>From safest to discover</source>
            <translation>Von sicher bis entdecken</translation>
        </message>
        <message>
            <source>Safest: the nearest first. Discover: each also unlike those before it.</source>
            <translation>Sicher: das Nächste zuerst. Entdecken: jedes auch anders als die davor.</translation>
        </message>
        <message>
            <source>Safest</source>
            <translation>Sicher</translation>
        </message>
        <message>
            <source>Discover</source>
            <translation>Entdecken</translation>
        </message>
        <message>
            <source>Weight of {aspect}</source>
            <translation>Gewicht von {aspect}</translation>
        </message>
        <message>
            <source>{aspect} counts {weight}×</source>
            <translation>{aspect} zählt {weight}×</translation>
        </message>
        <message>
            <source>Most of an album</source>
            <translation>Höchstens je Album</translation>
        </message>
        <message>
            <source>Most of an artist</source>
            <translation>Höchstens je Interpret</translation>
        </message>
        <message>
            <source>Reset</source>
            <translation>Zurücksetzen</translation>
        </message>
        <message>
            <source>Dial, weights and caps as they were at first</source>
            <translation>Regler, Gewichte und Grenzen wie anfangs</translation>
        </message>
        <message>
            <source>Inside the current filter:</source>
            <translation>Im aktuellen Filter:</translation>
        </message>
        <message>
            <source>any</source>
            <translation>beliebig</translation>
        </message>
    </context>
    <context>
        <name>SuggestionsModel</name>
        <message>
            <source>{share} % of the way</source>
            <translation>{share} % des Wegs</translation>
        </message>
        <message>
            <source>Overall</source>
            <translation>Gesamt</translation>
        </message>
        <message>
            <source>All</source>
            <comment>short</comment>
            <translation>Ges</translation>
        </message>
        <message>
            <source>Fit</source>
            <comment>short</comment>
            <translation>Pas</translation>
        </message>
        <message>
            <source>Tim</source>
            <comment>short</comment>
            <translation>Kla</translation>
        </message>
        <message>
            <source>Dyn</source>
            <comment>short</comment>
            <translation>Dyn</translation>
        </message>
        <message>
            <source>Pace</source>
            <comment>short</comment>
            <translation>Tem</translation>
        </message>
        <message>
            <source>Title</source>
            <translation>Titel</translation>
        </message>
        <message>
            <source>Artist</source>
            <translation>Interpret</translation>
        </message>
        <message>
            <source>Fit</source>
            <translation>Passung</translation>
        </message>
        <message>
            <source>Timbre</source>
            <translation>Klangfarbe</translation>
        </message>
        <message>
            <source>Dynamics</source>
            <translation>Dynamik</translation>
        </message>
        <message>
            <source>Pace</source>
            <translation>Tempo</translation>
        </message>
        <message>
            <source>Why</source>
            <translation>Warum</translation>
        </message>
        <message>
            <source>Best moments</source>
            <translation>Beste Stellen</translation>
        </message>
        <message>
            <source>Versions</source>
            <translation>Fassungen</translation>
        </message>
        <message>
            <source>Length</source>
            <translation>Länge</translation>
        </message>
        <message>
            <source>Album</source>
            <translation>Album</translation>
        </message>
        <message>
            <source>How alike in all aspects, by the weights: 100 is the same</source>
            <translation>Wie ähnlich in allem, nach den Gewichten: 100 ist gleich</translation>
        </message>
        <message>
            <source>How alike the fits to the film genres are, and their course</source>
            <translation>Wie ähnlich die Passungen zu den Filmgenres und ihr Verlauf sind</translation>
        </message>
        <message>
            <source>How alike the sound is</source>
            <translation>Wie ähnlich der Klang ist</translation>
        </message>
        <message>
            <source>How alike loud and soft are, and their course</source>
            <translation>Wie ähnlich Laut und Leise und ihr Verlauf sind</translation>
        </message>
        <message>
            <source>How alike tempo and density are</source>
            <translation>Wie ähnlich Tempo und Dichte sind</translation>
        </message>
        <message>
            <source>What speaks for it: aspects in which it is among the nearest, genres both have</source>
            <translation>Was dafür spricht: worin es zu den Nächsten gehört, gemeinsame Genres</translation>
        </message>
        <message>
            <source>Where it is most alike; click to hear</source>
            <translation>Wo es am ähnlichsten ist; klicken zum Hören</translation>
        </message>
        <message>
            <source>Files that it stands for: copies, edits and cut-downs of the same cue</source>
            <translation>Dateien, für die es steht: Kopien, Schnitte und Kurzfassungen desselben Titels</translation>
        </message>
    </context>
    <context>
        <name>SuggestionsPanel</name>
        <message>
            <source>Suggestions</source>
            <translation>Vorschläge</translation>
        </message>
        <message>
            <source>State of the suggestions</source>
            <translation>Stand der Vorschläge</translation>
        </message>
        <message>
            <source>Weights, caps and filter</source>
            <translation>Gewichte, Grenzen und Filter</translation>
        </message>
        <message>
            <source>Show or hide what else shapes the suggestions</source>
            <translation>Zeigen oder verbergen, was die Vorschläge sonst formt</translation>
        </message>
        <message>
            <source>Play</source>
            <translation>Abspielen</translation>
        </message>
        <message>
            <source>Suggest cues like this</source>
            <translation>Ähnliche Musik vorschlagen</translation>
        </message>
        <message>
            <source>More like this</source>
            <translation>Mehr davon</translation>
        </message>
        <message>
            <source>Not like this</source>
            <translation>Nicht so</translation>
        </message>
        <message>
            <source>Add to bin</source>
            <translation>In den Bin</translation>
        </message>
        <message>
            <source>Path between the two</source>
            <translation>Weg zwischen beiden</translation>
        </message>
        <message>
            <source>Copy path</source>
            <translation>Pfad kopieren</translation>
        </message>
        <message>
            <source>Show in file manager</source>
            <translation>Im Dateimanager zeigen</translation>
        </message>
        <message>
            <source>Open with the default program</source>
            <translation>Mit dem Standardprogramm öffnen</translation>
        </message>
        <message>
            <source>Cues that lead from the first example to the second</source>
            <translation>Titel, die vom ersten Beispiel zum zweiten führen</translation>
        </message>
        <message>
            <source>Looking…</source>
            <translation>Suche…</translation>
        </message>
        <message>
            <source>Reading what the library sounds like, once for all suggestions to come…</source>
            <translation>Es wird gelesen, wie die Bibliothek klingt: einmal für alle weiteren Vorschläge …</translation>
        </message>
        <message>
            <source>Nothing inside the current filter is to be suggested.</source>
            <translation>Im aktuellen Filter gibt es nichts vorzuschlagen.</translation>
        </message>
        <message>
            <source>There is nothing else in the library to suggest.</source>
            <translation>Sonst gibt es in der Bibliothek nichts vorzuschlagen.</translation>
        </message>
        <message>
            <source>{n} cues lead from {start} to {end}.</source>
            <translation>{n} Titel führen von {start} zu {end}.</translation>
        </message>
        <message>
            <source>{n} cues with moments like this, the most alike first.</source>
            <translation>{n} Titel mit ähnlichen Stellen, die ähnlichsten zuerst.</translation>
        </message>
        <message>
            <source>{n} suggestions, the most alike first.</source>
            <translation>{n} Vorschläge, die ähnlichsten zuerst.</translation>
        </message>
        <message>
            <source>Choose a cue in the library and press {keys}, or mark a region in the player.</source>
            <translation>Wählen Sie einen Titel in der Bibliothek und drücken Sie {keys}, oder markieren Sie einen Bereich im Player.</translation>
        </message>
        <message>
            <source>Back to suggestions</source>
            <translation>Zurück zu den Vorschlägen</translation>
        </message>
    </context>
    <context>
        <name>SuggestionsView</name>
        <message>
            <source>Suggestions</source>
            <translation>Vorschläge</translation>
        </message>
    </context>
    <context>
        <name>TagHistoryDialog</name>
        <message>
            <source>Tag history</source>
            <translation>Tag-Verlauf</translation>
        </message>
        <message>
            <source>File and field</source>
            <translation>Datei und Feld</translation>
        </message>
        <message>
            <source>Written</source>
            <translation>Geschrieben</translation>
        </message>
        <message>
            <source>Goes back to</source>
            <translation>Wird wieder zu</translation>
        </message>
        <message>
            <source>&amp;Undo</source>
            <translation>&amp;Zurücknehmen</translation>
        </message>
        <message>
            <source>A field that another program changed since then is left alone</source>
            <translation>Ein Feld, das ein anderes Programm seither geändert hat, bleibt, wie es ist</translation>
        </message>
        <message>
            <source>One &amp;run</source>
            <translation>Einen &amp;Lauf</translation>
        </message>
        <message>
            <source>&amp;Everything since</source>
            <translation>&amp;Alles seit</translation>
        </message>
        <message>
            <source>The chosen &amp;files ({count})</source>
            <translation>Die ausgewählten &amp;Dateien ({count})</translation>
        </message>
        <message>
            <source>Undo everything since</source>
            <translation>Alles zurücknehmen seit</translation>
        </message>
        <message>
            <source>When</source>
            <translation>Wann</translation>
        </message>
        <message>
            <source>Files</source>
            <translation>Dateien</translation>
        </message>
        <message>
            <source>What</source>
            <translation>Was</translation>
        </message>
        <message>
            <source>Runs that wrote tags</source>
            <translation>Läufe, die Tags geschrieben haben</translation>
        </message>
        <message>
            <source>Looking…</source>
            <translation>Suche…</translation>
        </message>
        <message>
            <source>own decisions</source>
            <translation>eigene Entscheidungen</translation>
        </message>
        <message>
            <source>fits and genres</source>
            <translation>Passungen und Genres</translation>
        </message>
        <message>
            <source>No tags were written yet, or all of it is undone.</source>
            <translation>Es wurden noch keine Tags geschrieben, oder alles ist zurückgenommen.</translation>
        </message>
        <message>
            <source>&amp;Undo ({count})</source>
            <translation>&amp;Zurücknehmen ({count})</translation>
        </message>
        <message>
            <source>changed meanwhile and left alone: {fields}</source>
            <translation>inzwischen geändert und belassen: {fields}</translation>
        </message>
        <message>
            <source>Stopped.</source>
            <translation>Angehalten.</translation>
        </message>
        <message>
            <source>Done.</source>
            <translation>Fertig.</translation>
        </message>
        <message>
            <source>Restored: {count}.</source>
            <translation>Wiederhergestellt: {count}.</translation>
        </message>
        <message>
            <source>Left alone, wholly or in part: {count}.</source>
            <translation>Ganz oder teilweise belassen: {count}.</translation>
        </message>
    </context>
    <context>
        <name>TagPreviewDialog</name>
        <message>
            <source>Write tags</source>
            <translation>Tags schreiben</translation>
        </message>
        <message>
            <source>Cuefit&apos;s own fields are written, and {fields}, which the settings have repeat the genres. Every write can be undone in the tag history. What you decided yourself (FILMGENRE_USER) is never overwritten.</source>
            <translation>Geschrieben werden die Felder von Cuefit und {fields}: So wollen es die Einstellungen, damit auch dort die Genres stehen. Jedes Schreiben lässt sich im Tag-Verlauf rückgängig machen. Was Sie selbst entschieden haben (FILMGENRE_USER), wird nie überschrieben.</translation>
        </message>
        <message>
            <source>Only Cuefit&apos;s own fields are written. Everything else in the files stays as it is, and every write can be undone in the tag history. What you decided yourself (FILMGENRE_USER) is never overwritten.</source>
            <translation>Nur Cuefits eigene Felder werden geschrieben. Alles andere in den Dateien bleibt, wie es ist, und jedes Schreiben lässt sich im Tag-Verlauf zurücknehmen. Was Sie selbst entschieden haben (FILMGENRE_USER), wird nie überschrieben.</translation>
        </message>
        <message>
            <source>File and field</source>
            <translation>Datei und Feld</translation>
        </message>
        <message>
            <source>Now</source>
            <translation>Jetzt</translation>
        </message>
        <message>
            <source>Will be</source>
            <translation>Wird</translation>
        </message>
        <message>
            <source>&amp;Write tags ({count})</source>
            <translation>&amp;Tags schreiben ({count})</translation>
        </message>
        <message>
            <source>Writes into all files of the list, not of this page alone</source>
            <translation>Schreibt in alle Dateien der Liste, nicht nur dieser Seite</translation>
        </message>
        <message>
            <source>There is nothing to write: choose some tracks first.</source>
            <translation>Es gibt nichts zu schreiben: Wählen Sie zuerst Titel aus.</translation>
        </message>
        <message>
            <source>Stopped.</source>
            <translation>Angehalten.</translation>
        </message>
        <message>
            <source>Done.</source>
            <translation>Fertig.</translation>
        </message>
        <message>
            <source>Written: {count}.</source>
            <translation>Geschrieben: {count}.</translation>
        </message>
        <message>
            <source>Nothing to change: {count}.</source>
            <translation>Nichts zu ändern: {count}.</translation>
        </message>
        <message>
            <source>Without fits, or away, left alone: {count}.</source>
            <translation>Ohne Passungen oder nicht da, belassen: {count}.</translation>
        </message>
        <message>
            <source>Couldn&apos;t be written: {count}.</source>
            <translation>Konnten nicht geschrieben werden: {count}.</translation>
        </message>
        <message>
            <source>The tag history takes it back.</source>
            <translation>Der Tag-Verlauf nimmt es zurück.</translation>
        </message>
    </context>
    <context>
        <name>TagsPage</name>
        <message>
            <source>&amp;Write the fits into the files&apos; tags after listening</source>
            <translation>Passung nach dem Hören in die Tags der Dateien &amp;schreiben</translation>
        </message>
        <message>
            <source>Fields named FILMGENRE are written, in each file&apos;s own kind of tag; every write can be undone in the tag history.</source>
            <translation>Geschrieben werden Felder namens FILMGENRE, in der eigenen Art von Tag jeder Datei; jedes Schreiben lässt sich im Tag-Verlauf rückgängig machen.</translation>
        </message>
        <message>
            <source>ID3v2.3, which every program reads</source>
            <translation>ID3v2.3, das jedes Programm liest</translation>
        </message>
        <message>
            <source>ID3v2.4</source>
            <translation>ID3v2.4</translation>
        </message>
        <message>
            <source>&amp;New ID3 tags:</source>
            <translation>&amp;Neue ID3-Tags:</translation>
        </message>
        <message>
            <source>Counts for MP3, WAV and AIFF files without a tag; one that is there keeps its version.</source>
            <translation>Gilt für MP3-, WAV- und AIFF-Dateien ohne Tag; ein vorhandenes behält seine Version.</translation>
        </message>
        <message>
            <source>For programs that don&apos;t know FILMGENRE. What stands in these fields is replaced by the track&apos;s genres, your own decisions included, with the next write; undo gives it back. A track without genres keeps it.</source>
            <translation>Für Programme, die FILMGENRE nicht kennen. Was in diesen Feldern steht, wird beim nächsten Schreiben durch die Genres des Titels ersetzt, Ihre eigenen Entscheidungen eingeschlossen; Rückgängig bringt es wieder. Ein Titel ohne Genres behält es.</translation>
        </message>
        <message>
            <source>the &amp;genre (GENRE, TCON)</source>
            <translation>im &amp;Genre (GENRE, TCON)</translation>
        </message>
        <message>
            <source>the m&amp;ood (MOOD, TMOO)</source>
            <translation>in der Stimm&amp;ung (MOOD, TMOO)</translation>
        </message>
        <message>
            <source>the g&amp;rouping (GROUPING, TIT1)</source>
            <translation>in der G&amp;ruppierung (GROUPING, TIT1)</translation>
        </message>
        <message>
            <source>Repeat the genres in:</source>
            <translation>Genres wiederholen:</translation>
        </message>
    </context>
    <context>
        <name>ThresholdsPage</name>
        <message>
            <source>A genre is assigned to a track whose fit reaches its threshold. Lower finds more, higher is right more often; the evidence was measured at the bundle&apos;s own. A change counts for the whole library at once; tags that are in files already stay as they are until they are written again.</source>
            <translation>Ein Genre wird einem Titel zugeordnet, dessen Passung die Schwelle erreicht. Niedriger findet mehr, höher ist öfter richtig; die Belege wurden bei den Schwellen des Bündels gemessen. Eine Änderung gilt sofort für die ganze Bibliothek; Tags, die schon in Dateien stehen, bleiben, bis sie neu geschrieben werden.</translation>
        </message>
        <message>
            <source>Take the &amp;bundle&apos;s thresholds</source>
            <translation>Schwellen des &amp;Bündels nehmen</translation>
        </message>
        <message>
            <source>untrained</source>
            <translation>untrainiert</translation>
        </message>
        <message>
            <source>Threshold of {genre}</source>
            <translation>Schwelle von {genre}</translation>
        </message>
        <message>
            <source>bundle: {number}</source>
            <translation>Bündel: {number}</translation>
        </message>
    </context>
    <context>
        <name>TrackModel</name>
        <message>
            <source>{genre}: not trained ({reason})</source>
            <translation>{genre}: nicht trainiert ({reason})</translation>
        </message>
    </context>
    <context>
        <name>TrackTable</name>
        <message>
            <source>Tracks</source>
            <translation>Titel</translation>
        </message>
        <message>
            <source>Enter plays the current track; the context menu offers what can be done</source>
            <translation>Enter spielt den aktuellen Titel ab; das Kontextmenü bietet an, was möglich ist</translation>
        </message>
        <message>
            <source>Columns</source>
            <translation>Spalten</translation>
        </message>
        <message>
            <source>Arrange columns as at first</source>
            <translation>Spalten wie anfangs anordnen</translation>
        </message>
    </context>
    <context>
        <name>TransportBar</name>
        <message>
            <source>Time</source>
            <translation>Zeit</translation>
        </message>
        <message>
            <source>Speed</source>
            <translation>Geschwindigkeit</translation>
        </message>
        <message>
            <source>System&apos;s sound device</source>
            <translation>Tonausgang des Systems</translation>
        </message>
        <message>
            <source>Volume</source>
            <translation>Lautstärke</translation>
        </message>
        <message>
            <source>Sound device</source>
            <translation>Tonausgang</translation>
        </message>
    </context>
    <context>
        <name>WaveformView</name>
        <message>
            <source>Waveform and fits over time</source>
            <translation>Wellenform und Passungen im Zeitverlauf</translation>
        </message>
        <message>
            <source>{time} of {length}</source>
            <translation>{time} von {length}</translation>
        </message>
        <message>
            <source>region from {start} to {end}</source>
            <translation>Bereich von {start} bis {end}</translation>
        </message>
    </context>
    <context>
        <name>_Counts</name>
        <message>
            <source>listened to</source>
            <translation>gehört</translation>
        </message>
        <message>
            <source>recognised by their sound</source>
            <translation>am Klang erkannt</translation>
        </message>
        <message>
            <source>unchanged, skipped</source>
            <translation>unverändert, übersprungen</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>fehlgeschlagen</translation>
        </message>
        <message>
            <source>failed before, not tried again</source>
            <translation>früher fehlgeschlagen, nicht wieder versucht</translation>
        </message>
        <message>
            <source>gone; what was heard of them is kept</source>
            <translation>weg; was von ihnen gehört wurde, bleibt</translation>
        </message>
        <message>
            <source>tagged</source>
            <translation>mit Tags versehen</translation>
        </message>
        <message>
            <source>tagged before</source>
            <translation>früher mit Tags versehen</translation>
        </message>
        <message>
            <source>couldn&apos;t be tagged</source>
            <translation>konnten nicht mit Tags versehen werden</translation>
        </message>
    </context>
    <context>
        <name>_Files</name>
        <message>
            <source>and {count} more</source>
            <translation>und {count} weitere</translation>
        </message>
    </context>
</TS>
