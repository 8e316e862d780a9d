<?php
// Says who served the page and counts the visits; for /health it only says that it is there.
declare(strict_types=1);

if ($_SERVER['SCRIPT_NAME'] === '/health') {
    header('Content-Type: text/plain');
    exit('ok');
}

['name' => $name, 'title' => $title] = $settings = require dirname(__DIR__) . '/settings.php';
header("X-Served-By: $name");
header('Cache-Control: no-store');

mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
try {
    $database = mysqli_init();
    $database->options(MYSQLI_OPT_CONNECT_TIMEOUT, 3);
    $database->real_connect($settings['address'], 'site', $settings['password'], 'site', (int) $settings['port']);
    $count = $database->prepare('INSERT INTO visits (server, number) VALUES (?, 1) ON DUPLICATE KEY UPDATE number = number + 1');
    $count->execute([$name]);
    $visits = $database->query('SELECT server, number FROM visits ORDER BY server')->fetch_all(MYSQLI_ASSOC);
} catch (mysqli_sql_exception $problem) {
    error_log($problem->getMessage());
    http_response_code(503);
    header('Content-Type: text/plain');
    exit("$name cannot reach the database at {$settings['address']}:{$settings['port']}\n");
}

$shown = htmlspecialchars(...);
$total = array_sum(array_column($visits, 'number'));
?>
<!doctype html>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title><?= $shown($title) ?></title>
<link rel="icon" href="data:,">
<style>
  body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1.5rem; color: #1c2733 }
  h1 { font-size: 1.5rem; margin-bottom: .25rem } p, dt { color: #5a6b7b } p { margin-top: 0 }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .4rem 1.5rem } dd { margin: 0; font-variant-numeric: tabular-nums }
  b { font-size: 2.5rem; font-weight: 600 }
</style>
<h1><?= $shown($title) ?></h1>
<p>HAProxy, Nginx and PHP, MariaDB. Reload: another web server answers, and the count goes on.</p>
<dl>
  <dt>Served by</dt><dd><?= $shown($name) ?></dd>
  <dt>Visits</dt><dd><b><?= $total ?></b></dd>
<?php foreach ($visits as ['server' => $server, 'number' => $number]): ?>
  <dt><?= $shown($server) ?></dt><dd><?= $number ?></dd>
<?php endforeach ?>
</dl>
